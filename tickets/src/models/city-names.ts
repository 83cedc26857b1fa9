import { normalize } from './text-keys.ts';

/**
 * Names of one city in several languages, separated by commas; the first is the local one. Accents make no difference to
 * a search, so names that differ by accents only are left out. The list has the cities whose names people translate; a
 * city without a line is found by the name that its seller wrote.
 */
const cities = [
  'Wien, Vienna, Vienne, Viena, Bécs, Vídeň, Viedeň, Beč, Wenen',
  'München, Munich, Muenchen, Monaco di Baviera, Mnichov, Monachium',
  'Köln, Cologne, Koeln, Colonia, Keulen, Kolonia',
  'Nürnberg, Nuremberg, Nuernberg, Norimberga',
  'Braunschweig, Brunswick',
  'Hannover, Hanover',
  'Frankfurt am Main, Frankfurt, Francfort, Francoforte',
  'Düsseldorf, Duesseldorf',
  'Dresden, Dresde, Dresda, Drážďany',
  'Leipzig, Lipsia, Lipsko',
  'Hamburg, Hambourg, Amburgo, Hamburgo',
  'Berlin, Berlino, Berlín',
  'Aachen, Aix-la-Chapelle, Aken',
  'Regensburg, Ratisbon, Ratisbona',
  'Salzburg, Salzbourg, Salisburgo',
  'Zürich, Zurigo, Zuerich',
  'Genève, Geneva, Genf, Ginevra, Ginebra',
  'Basel, Basle, Bâle, Basilea',
  'Bern, Berne, Berna',
  'Luzern, Lucerne, Lucerna',
  'Lausanne, Losanna',
  'Praha, Prague, Prag, Praga',
  'Brno, Brünn, Bruenn',
  'Bratislava, Pressburg, Pozsony',
  'Warszawa, Warsaw, Warschau, Varsovie, Varsavia, Varsovia',
  'Kraków, Cracow, Krakau, Cracovie, Cracovia',
  'Gdańsk, Danzig',
  'Wrocław, Breslau',
  'Poznań, Posen',
  'Budapest, Budapeszt',
  'Bucureşti, Bucharest, Bukarest, Bucarest',
  'Beograd, Belgrade, Belgrad, Belgrado',
  'Zagreb, Agram, Zagabria',
  'Ljubljana, Laibach, Lubiana',
  'Athína, Αθήνα, Athens, Athen, Athènes, Atene, Atenas',
  'Thessaloníki, Θεσσαλονίκη, Salonika, Saloniki, Salonicco',
  'İstanbul, Constantinople',
  'Roma, Rome, Rom',
  'Milano, Milan, Mailand, Milán',
  'Venezia, Venice, Venedig, Venise, Venecia',
  'Firenze, Florence, Florenz, Florencia',
  'Torino, Turin',
  'Napoli, Naples, Neapel, Nápoles',
  'Genova, Genoa, Genua, Gênes',
  'Padova, Padua, Padoue',
  'Bolzano, Bozen',
  'Paris, Parigi, París, Parijs',
  'Strasbourg, Strassburg, Straßburg, Strasburgo',
  'Nice, Nizza, Niza',
  'Marseille, Marseilles, Marsiglia, Marsella',
  'Lyon, Lyons, Lione',
  'Bruxelles, Brussels, Brussel, Brüssel, Bruselas',
  'Antwerpen, Antwerp, Anvers, Amberes',
  'Gent, Ghent, Gand',
  'Brugge, Bruges, Brügge, Brujas',
  'Liège, Lüttich, Luik, Lieja',
  'Den Haag, The Hague, La Haye, La Haya, s-Gravenhage',
  'København, Copenhagen, Kopenhagen, Copenhague, Köpenhamn',
  'Göteborg, Gothenburg, Gotemburgo',
  'Helsinki, Helsingfors',
  'Tallinn, Reval',
  'Lisboa, Lisbon, Lissabon, Lisbonne, Lisbona',
  'Porto, Oporto',
  'Sevilla, Seville, Siviglia',
  'Zaragoza, Saragossa',
  'Donostia, San Sebastián',
  'London, Londres, Londra, Londen',
  'Edinburgh, Edimbourg, Edimburgo',
  'Dublin, Baile Átha Cliath, Dublino',
  'Moskva, Москва, Moscow, Moskau, Moscou, Mosca',
  'Sankt-Peterburg, Санкт-Петербург, Saint Petersburg, St Petersburg, Petersburg',
  'Kyiv, Київ, Kiev, Kiew',
  'Lviv, Львів, Lemberg, Lwów, Leopolis',
  'Tōkyō, 東京, Tokyo, Tokio',
  'Kyōto, 京都, Kyoto, Kioto',
  'Ōsaka, 大阪, Osaka',
  'Beijing, 北京, Peking, Pékin, Pechino',
  'Shanghai, 上海, Schanghai',
  'New York, New York City, NYC, Nueva York, Nowy Jork',
  'Ciudad de México, Mexico City, CDMX, Mexiko-Stadt, Mexico',
].map((names) => names.split(', '));

/** By the normalized form of every name, all names of the city. */
const namesByName = new Map(
  cities.flatMap((names) => names.map((name) => [normalize(name), names] as const)),
);

/** All names that people know a city by, the given one first. */
export function cityNamesOf(city: string): string[] {
  return [city, ...(namesByName.get(normalize(city)) ?? [])];
}

/** One key for all names of a city: Wien and Vienna are the same place in filters and events. */
export function cityKeyOf(city: string): string {
  return normalize(namesByName.get(normalize(city))?.[0] ?? city);
}
