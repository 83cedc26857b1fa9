import { getAllTimezones } from 'countries-and-timezones';

/**
 * Old spellings of a zone that countries-and-timezones links to the zone of another country. Source: the file `backward`
 * of the IANA time zone database, built with PACKRATLIST=zone.tab.
 */
const oldSpellings: Record<string, string> = {
  'Africa/Asmera': 'Africa/Asmara',
  'Africa/Timbuktu': 'Africa/Bamako',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Virgin': 'America/St_Thomas',
  'Antarctica/South_Pole': 'Antarctica/McMurdo',
  'Atlantic/Jan_Mayen': 'Arctic/Longyearbyen',
  'Pacific/Johnston': 'Pacific/Honolulu',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
  'Pacific/Yap': 'Pacific/Chuuk',
};

/** The stored name for every accepted one. The keys are in lower case: the names of zones differ by more than case. */
const canonicalNames = new Map<string, string>([['utc', 'UTC']]);
const zones = getAllTimezones({ deprecated: true });
for (const { name, aliasOf, countries } of Object.values(zones)) {
  const canonical = oldSpellings[name] ?? canonicalOf(name, aliasOf, countries[0]);
  if (isPlace(name) && canonical) canonicalNames.set(name.toLowerCase(), canonical);
}

/**
 * The database links Europe/Oslo to Europe/Berlin, because their clocks agree since 1970. A link across a border keeps its
 * own name, as in ECMA-402 (AvailableNamedTimeZoneIdentifiers): an event in Oslo is not on "Berlin time".
 */
function canonicalOf(
  name: string,
  aliasOf: string | null | undefined,
  country: string | undefined,
): string | undefined {
  if ((aliasOf ?? name) === 'Etc/UTC') return 'UTC';
  const target = zones[(aliasOf ?? name) as keyof typeof zones];
  if (!isPlace(target.name) || target.countries.length === 0) return undefined;
  return target.countries[0] === country ? target.name : name;
}

/** Area/Location; not CET, PST8PDT or Japan. */
function isPlace(name: string): boolean {
  return name.includes('/');
}

/**
 * The name to store for a time zone that a seller sends: an Area/Location name of the IANA time zone database, in its
 * current spelling (America/Los_Angeles for US/Pacific), or UTC for an event without a place. Undefined for every other
 * value, among them abbreviations (PST) and offsets (Etc/GMT+5), which do not say when clocks change. The names come with
 * a package: the ones that Node.js knows depend on its build.
 */
export function canonicalTimeZone(value: unknown): string | undefined {
  return typeof value === 'string' ? canonicalNames.get(value.toLowerCase()) : undefined;
}
