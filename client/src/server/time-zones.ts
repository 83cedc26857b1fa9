import { getAllTimezones } from 'countries-and-timezones';

const zones = getAllTimezones({ deprecated: true });

/**
 * Every zone of the IANA database that is a place, by the names that people look for, and UTC. Of the zones that the
 * database links to others, those of other countries: an event in Oslo is not on "Berlin time".
 */
export const timeZones: string[] = [
  ...Object.values(zones)
    .filter(({ name, countries, aliasOf }) => {
      const isPlace = name.includes('/') && countries.length > 0;
      const target = aliasOf && zones[aliasOf as keyof typeof zones];
      return isPlace && (!target || target.countries[0] !== countries[0]);
    })
    .map(({ name }) => name)
    .sort((a, b) => cityOf(a).localeCompare(cityOf(b), 'en')),
  'UTC',
];

function cityOf(zone: string): string {
  return zone.slice(zone.lastIndexOf('/') + 1);
}
