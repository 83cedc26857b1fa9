import type { currencies } from '../../lib/currencies.ts';

type Currency = (typeof currencies)[number];

/**
 * The currencies of the form by country (ISO 3166), time zone (IANA) and city, maintained by hand: what `Intl` knows
 * differs between browsers, and it has no currencies of places. A place with another currency is in no table.
 */
const countries: Record<Currency, string> = {
  usd: 'US AS BQ EC FM GU MH MP PR PW SV TC TL UM VG VI',
  eur: `
    AD AT AX BE BG BL CY DE EE ES FI FR GF GP GR HR IE IT LT LU LV MC ME MF MQ MT NL PM PT RE SI SK SM TF VA
    XK YT
  `,
  gbp: 'GB GG IM JE',
  chf: 'CH LI',
  nok: 'NO BV SJ',
  sek: 'SE',
  dkk: 'DK FO GL',
  pln: 'PL',
  czk: 'CZ',
  jpy: 'JP',
  cad: 'CA',
  aud: 'AU CC CX HM KI NF NR TV',
};

/** All zones of those countries that the form offers. */
const zones: Record<Currency, string> = {
  usd: `
    America/Adak America/Anchorage America/Boise America/Chicago America/Denver America/Detroit
    America/El_Salvador America/Grand_Turk America/Guayaquil America/Indiana/Indianapolis
    America/Indiana/Knox America/Indiana/Marengo America/Indiana/Petersburg America/Indiana/Tell_City
    America/Indiana/Vevay America/Indiana/Vincennes America/Indiana/Winamac America/Juneau
    America/Kentucky/Louisville America/Kentucky/Monticello America/Kralendijk America/Los_Angeles
    America/Menominee America/Metlakatla America/New_York America/Nome America/North_Dakota/Beulah
    America/North_Dakota/Center America/North_Dakota/New_Salem America/Phoenix America/Puerto_Rico
    America/Sitka America/St_Thomas America/Tortola America/Virgin America/Yakutat Asia/Dili Pacific/Chuuk
    Pacific/Galapagos Pacific/Guam Pacific/Honolulu Pacific/Johnston Pacific/Kosrae Pacific/Kwajalein
    Pacific/Majuro Pacific/Midway Pacific/Pago_Pago Pacific/Palau Pacific/Pohnpei Pacific/Ponape
    Pacific/Saipan Pacific/Truk Pacific/Wake Pacific/Yap
  `,
  eur: `
    Africa/Ceuta America/Cayenne America/Guadeloupe America/Marigot America/Martinique America/Miquelon
    America/St_Barthelemy Asia/Famagusta Asia/Nicosia Atlantic/Azores Atlantic/Canary Atlantic/Madeira
    Europe/Amsterdam Europe/Andorra Europe/Athens Europe/Berlin Europe/Bratislava Europe/Brussels
    Europe/Busingen Europe/Dublin Europe/Helsinki Europe/Lisbon Europe/Ljubljana Europe/Luxembourg
    Europe/Madrid Europe/Malta Europe/Mariehamn Europe/Monaco Europe/Paris Europe/Podgorica Europe/Riga
    Europe/Rome Europe/San_Marino Europe/Sofia Europe/Tallinn Europe/Vatican Europe/Vienna Europe/Vilnius
    Europe/Zagreb Indian/Kerguelen Indian/Mayotte Indian/Reunion
  `,
  gbp: 'Europe/Guernsey Europe/Isle_of_Man Europe/Jersey Europe/London',
  chf: 'Europe/Vaduz Europe/Zurich',
  nok: 'Arctic/Longyearbyen Atlantic/Jan_Mayen Europe/Oslo',
  sek: 'Europe/Stockholm',
  dkk: `
    America/Danmarkshavn America/Nuuk America/Scoresbysund America/Thule Atlantic/Faroe Europe/Copenhagen
  `,
  pln: 'Europe/Warsaw',
  czk: 'Europe/Prague',
  jpy: 'Asia/Tokyo',
  cad: `
    America/Atikokan America/Blanc-Sablon America/Cambridge_Bay America/Coral_Harbour America/Creston
    America/Dawson America/Dawson_Creek America/Edmonton America/Fort_Nelson America/Glace_Bay
    America/Goose_Bay America/Halifax America/Inuvik America/Iqaluit America/Moncton America/Rankin_Inlet
    America/Regina America/Resolute America/St_Johns America/Swift_Current America/Toronto America/Vancouver
    America/Whitehorse America/Winnipeg
  `,
  aud: `
    Antarctica/Macquarie Australia/Adelaide Australia/Brisbane Australia/Broken_Hill Australia/Darwin
    Australia/Eucla Australia/Hobart Australia/Lindeman Australia/Lord_Howe Australia/Melbourne
    Australia/Perth Australia/Sydney Indian/Christmas Indian/Cocos Pacific/Funafuti Pacific/Kanton
    Pacific/Kiritimati Pacific/Nauru Pacific/Norfolk Pacific/Tarawa
  `,
};

/** Cities of many events, by the names that people write. Of cities with one name, the larger one is meant. */
const cities: Record<Currency, string> = {
  usd: `
    New York, New York City, NYC, Nueva York, Brooklyn, Manhattan, Los Angeles, Hollywood, Inglewood,
    Anaheim, Santa Monica, San Diego, San Francisco, Oakland, Sacramento, Chicago, Houston, Dallas, Austin,
    San Antonio, Phoenix, Philadelphia, Pittsburgh, Seattle, Portland, Denver, Salt Lake City, Las Vegas,
    Washington, Washington DC, Washington D.C., Baltimore, Boston, Buffalo, Nashville, Memphis, New Orleans,
    Atlanta, Charlotte, Raleigh, Miami, Orlando, Tampa, Detroit, Cleveland, Columbus, Cincinnati,
    Indianapolis, Milwaukee, Minneapolis, St. Louis, Kansas City, Honolulu, Anchorage, San Juan
  `,
  eur: `
    Wien, Vienna, Vienne, Viena, Graz, Linz, Salzburg, Innsbruck, Klagenfurt, Villach, Bregenz, Dornbirn,
    St. Pölten, Wels, Eisenstadt, Berlin, Hamburg, München, Munich, Muenchen, Köln, Cologne, Koeln,
    Frankfurt, Frankfurt am Main, Stuttgart, Düsseldorf, Duesseldorf, Leipzig, Dresden, Nürnberg, Nuremberg,
    Nuernberg, Hannover, Hanover, Bremen, Dortmund, Essen, Bochum, Bonn, Mannheim, Heidelberg, Karlsruhe,
    Freiburg, Augsburg, Mainz, Wiesbaden, Münster, Kiel, Lübeck, Rostock, Erfurt, Weimar, Bayreuth,
    Baden-Baden, Regensburg, Passau, Würzburg, Potsdam, Magdeburg, Saarbrücken, Aachen, Paris, Lyon,
    Marseille, Nice, Nizza, Cannes, Bordeaux, Toulouse, Lille, Nantes, Rennes, Montpellier, Avignon,
    Strasbourg, Straßburg, Strassburg, Roma, Rome, Rom, Milano, Milan, Mailand, Torino, Turin, Venezia,
    Venice, Venedig, Firenze, Florence, Florenz, Napoli, Naples, Neapel, Verona, Bologna, Genova, Genoa,
    Genua, Padova, Padua, Palermo, Bari, Trieste, Triest, Bolzano, Bozen, Madrid, Barcelona, Valencia,
    Sevilla, Seville, Bilbao, Zaragoza, Málaga, Granada, San Sebastián, Donostia, Palma, Palma de Mallorca,
    Lisboa, Lisbon, Lissabon, Porto, Oporto, Amsterdam, Rotterdam, Den Haag, The Hague, Utrecht, Eindhoven,
    Groningen, Maastricht, Bruxelles, Brussels, Brussel, Antwerpen, Antwerp, Anvers, Gent, Ghent, Brugge,
    Bruges, Liège, Lüttich, Luxembourg, Luxemburg, Dublin, Cork, Galway, Limerick, Helsinki, Helsingfors,
    Tampere, Turku, Espoo, Tallinn, Riga, Vilnius, Kaunas, Bratislava, Košice, Ljubljana, Maribor, Zagreb,
    Split, Rijeka, Dubrovnik, Athína, Αθήνα, Athens, Athen, Thessaloniki, Θεσσαλονίκη, Nicosia, Limassol,
    Valletta, Sofia, София, Plovdiv, Varna, Monaco, Monte Carlo
  `,
  gbp: `
    London, Londres, Manchester, Birmingham, Liverpool, Leeds, Sheffield, Bristol, Newcastle, Newcastle upon
    Tyne, Nottingham, Leicester, Brighton, Southampton, Portsmouth, Bournemouth, Oxford, Cambridge, York,
    Bath, Norwich, Exeter, Plymouth, Coventry, Derby, Hull, Reading, Milton Keynes, Windsor,
    Stratford-upon-Avon, Glastonbury, Glasgow, Edinburgh, Aberdeen, Dundee, Inverness, Cardiff, Swansea,
    Belfast, Derry
  `,
  chf: `
    Zürich, Zuerich, Genève, Geneva, Genf, Basel, Basle, Bâle, Bern, Berne, Lausanne, Luzern, Lucerne, St.
    Gallen, Winterthur, Lugano, Locarno, Montreux, Fribourg, Neuchâtel, Chur, Davos, Vaduz
  `,
  nok: 'Oslo, Bergen, Trondheim, Stavanger, Kristiansand, Drammen, Tromsø, Tromso, Bodø',
  sek: `
    Stockholm, Göteborg, Gothenburg, Goeteborg, Malmö, Uppsala, Lund, Helsingborg, Västerås, Örebro,
    Linköping, Norrköping, Umeå
  `,
  dkk: `
    København, Copenhagen, Kopenhagen, Köpenhamn, Aarhus, Århus, Odense, Aalborg, Ålborg, Roskilde, Esbjerg,
    Herning, Horsens, Tórshavn
  `,
  pln: `
    Warszawa, Warsaw, Warschau, Varsovie, Kraków, Cracow, Krakau, Gdańsk, Danzig, Gdynia, Sopot, Wrocław,
    Wroclaw, Breslau, Poznań, Posen, Łódź, Lodz, Katowice, Szczecin, Stettin, Lublin, Toruń, Zakopane
  `,
  czk: `
    Praha, Prague, Prag, Praga, Brno, Brünn, Ostrava, Plzeň, Pilsen, Olomouc, Liberec, České Budějovice,
    Hradec Králové, Pardubice, Karlovy Vary, Karlsbad
  `,
  jpy: `
    Tōkyō, 東京, Tokio, Kyōto, 京都, Ōsaka, 大阪, Yokohama, 横浜, Nagoya, 名古屋, Sapporo, 札幌, Fukuoka, 福岡, Kobe, 神戸,
    Hiroshima, 広島, Sendai, 仙台, Saitama, Chiba, Naha
  `,
  cad: `
    Toronto, Montréal, Vancouver, Ottawa, Calgary, Edmonton, Québec, Quebec City, Winnipeg, Halifax,
    Saskatoon, Regina, Kelowna, Whistler, Banff, St. John’s
  `,
  aud: `
    Sydney, Melbourne, Brisbane, Gold Coast, Cairns, Perth, Fremantle, Adelaide, Canberra, Hobart, Darwin,
    Alice Springs, Byron Bay
  `,
};

/** Without case, accents and punctuation. */
function fold(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}]+/gu, ' ')
    .trim();
}

function byName(table: Record<Currency, string>, separator: RegExp): Map<string, Currency> {
  const rows = Object.entries(table) as [Currency, string][];
  return new Map(
    rows.flatMap(([currency, names]) =>
      names
        .trim()
        .split(separator)
        .map((name) => [fold(name), currency] as const),
    ),
  );
}

const [byCountry, byZone, byCity] = [byName(countries, /\s+/), byName(zones, /\s+/), byName(cities, /,\s*/)];

/** What people pay with in a city; undefined for one that is not known. */
export function currencyOfCity(city: string): Currency | undefined {
  return byCity.get(fold(city));
}

/** What people pay with in a time zone; undefined for UTC and for other currencies. */
export function currencyOfZone(timeZone: string): Currency | undefined {
  return byZone.get(fold(timeZone));
}

/** What people pay with in the region of a language tag, such as en-GB; undefined for a tag without one. */
export function currencyOfLanguage(tag: string): Currency | undefined {
  return byCountry.get(fold(/-([a-z]{2})\b/i.exec(tag)?.[1] ?? ''));
}
