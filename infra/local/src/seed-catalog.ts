/** A listing of a demo seller. `days` is counted from today, `at` is local time at the venue. */
export type Listing = {
  title: string;
  category: 'music' | 'theatre' | 'sport' | 'festival' | 'comedy' | 'classical' | 'other';
  venue: string;
  city: string;
  zone: string;
  days: number;
  at: string;
  seat: string;
  price: number;
  currency: string;
  faceValue: number;
  notes?: string;
};

type Place = Pick<Listing, 'city' | 'zone' | 'currency'>;
const london: Place = { city: 'London', zone: 'Europe/London', currency: 'gbp' };
const manchester: Place = { city: 'Manchester', zone: 'Europe/London', currency: 'gbp' };
const edinburgh: Place = { city: 'Edinburgh', zone: 'Europe/London', currency: 'gbp' };
const dublin: Place = { city: 'Dublin', zone: 'Europe/Dublin', currency: 'eur' };
const berlin: Place = { city: 'Berlin', zone: 'Europe/Berlin', currency: 'eur' };
const hamburg: Place = { city: 'Hamburg', zone: 'Europe/Berlin', currency: 'eur' };
const vienna: Place = { city: 'Vienna', zone: 'Europe/Vienna', currency: 'eur' };
const paris: Place = { city: 'Paris', zone: 'Europe/Paris', currency: 'eur' };
const milan: Place = { city: 'Milan', zone: 'Europe/Rome', currency: 'eur' };
const madrid: Place = { city: 'Madrid', zone: 'Europe/Madrid', currency: 'eur' };
const amsterdam: Place = { city: 'Amsterdam', zone: 'Europe/Amsterdam', currency: 'eur' };
const newYork: Place = { city: 'New York', zone: 'America/New_York', currency: 'usd' };
const chicago: Place = { city: 'Chicago', zone: 'America/Chicago', currency: 'usd' };
const austin: Place = { city: 'Austin', zone: 'America/Chicago', currency: 'usd' };
const losAngeles: Place = { city: 'Los Angeles', zone: 'America/Los_Angeles', currency: 'usd' };
const toronto: Place = { city: 'Toronto', zone: 'America/Toronto', currency: 'cad' };
const tokyo: Place = { city: 'Tokyo', zone: 'Asia/Tokyo', currency: 'jpy' };
const osaka: Place = { city: 'Osaka', zone: 'Asia/Tokyo', currency: 'jpy' };
const sydney: Place = { city: 'Sydney', zone: 'Australia/Sydney', currency: 'aud' };

/** The listings of each demo seller, oldest first; the shop shows the newest first. */
// prettier-ignore
export const catalog: { seller: Listing[]; secondSeller: Listing[] } = {
  seller: [
    { title: 'Harbour Lights: The Farewell Tour', category: 'music', venue: 'O2 Academy Brixton', ...london, days: 23, at: '19:30', seat: 'Standing, stalls', price: 48.5, faceValue: 52 },
    { title: 'Twelfth Night', category: 'theatre', venue: "Shakespeare's Globe", ...london, days: 31, at: '14:00', seat: 'Lower Gallery, Bay F, row B 12', price: 39, faceValue: 45, notes: 'Covered seat. Cushions can be hired at the door.' },
    { title: 'London Derby, second leg', category: 'sport', venue: 'Wembley Stadium', ...london, days: 18, at: '17:30', seat: 'Block 112, row 24, seat 187', price: 95, faceValue: 95 },
    { title: 'Mozart Requiem by candlelight', category: 'classical', venue: 'St Martin-in-the-Fields', ...london, days: 12, at: '19:30', seat: 'Nave, row H 4', price: 32, faceValue: 36 },
    { title: 'Late Night Stand-Up Mix', category: 'comedy', venue: 'The Comedy Store', ...london, days: 6, at: '23:00', seat: 'Unreserved', price: 15, faceValue: 18, notes: 'Over 18s only. Come early, seats are first come, first served.' },
    { title: 'The Paper Kites Club Night', category: 'music', venue: 'Albert Hall', ...manchester, days: 15, at: '20:00', seat: 'Standing', price: 27.5, faceValue: 27.5 },
    { title: 'Manchester Half Marathon, one start place', category: 'sport', venue: 'Old Trafford start area', ...manchester, days: 74, at: '09:00', seat: 'Wave C', price: 42, faceValue: 55, notes: 'The organizer allows transfers until two weeks before the race.' },
    { title: 'Fringe Preview: Three Hours of Nonsense', category: 'comedy', venue: 'Monkey Barrel', ...edinburgh, days: 40, at: '21:15', seat: 'Unreserved', price: 12, faceValue: 14 },
    { title: 'Old Town Street Party', category: 'festival', venue: 'Princes Street', ...edinburgh, days: 96, at: '19:00', seat: 'General admission', price: 35, faceValue: 38.5 },
    { title: 'Trad Session with the Liffey Band', category: 'music', venue: 'Vicar Street', ...dublin, days: 20, at: '20:00', seat: 'Balcony, row C 9', price: 31, faceValue: 35 },
    { title: 'Rugby: Leinster evening fixture', category: 'sport', venue: 'Aviva Stadium', ...dublin, days: 44, at: '17:45', seat: 'Section 323, row D 14', price: 58, faceValue: 60 },
    { title: 'Mahler 5', category: 'classical', venue: 'Philharmonie', ...berlin, days: 27, at: '20:00', seat: 'Block B links, Reihe 7, Platz 3', price: 64, faceValue: 72 },
    { title: 'Kraftraum: Electronic Night', category: 'music', venue: 'Astra Kulturhaus', ...berlin, days: 9, at: '22:00', seat: 'Standing', price: 24, faceValue: 28 },
    { title: 'Faust, Part One', category: 'theatre', venue: 'Berliner Ensemble', ...berlin, days: 35, at: '19:00', seat: 'Parkett, Reihe 11, Platz 16', price: 28, faceValue: 34, notes: 'In German with English surtitles.' },
    { title: 'Night of the Museums, two-day pass', category: 'other', venue: 'Museum Island', ...berlin, days: 52, at: '18:00', seat: 'General admission', price: 16, faceValue: 18 },
    { title: 'Organ and Brass', category: 'classical', venue: 'Elbphilharmonie', ...hamburg, days: 61, at: '20:00', seat: 'Bereich 13 I, Reihe 2, Platz 9', price: 89, faceValue: 79, notes: 'Sold out at the box office.' },
    { title: 'Harbour Festival Weekend Ticket', category: 'festival', venue: 'Landungsbrücken', ...hamburg, days: 130, at: '12:00', seat: 'General admission', price: 45, faceValue: 49 },
    { title: 'The Magic Flute', category: 'classical', venue: 'Wiener Staatsoper', ...vienna, days: 38, at: '19:00', seat: '2. Rang, Loge 4, Platz 2', price: 118, faceValue: 126 },
    { title: 'Vienna Improv Marathon', category: 'comedy', venue: 'Kabarett Niedermair', ...vienna, days: 17, at: '19:30', seat: 'Reihe 5, Platz 11', price: 22, faceValue: 25 },
    { title: 'Jazz in the Vault', category: 'music', venue: 'Porgy & Bess', ...vienna, days: 8, at: '20:30', seat: 'Table 14', price: 26, faceValue: 28 },
    { title: 'Le Malade imaginaire', category: 'theatre', venue: 'Comédie-Française', ...paris, days: 29, at: '20:30', seat: 'Corbeille, rang 2, 41', price: 36, faceValue: 42 },
    { title: 'Clay Court Quarter-Final', category: 'sport', venue: 'Stade Roland-Garros', ...paris, days: 160, at: '11:00', seat: 'Allée 8, rang 21, place 7', price: 149, faceValue: 165 },
    { title: 'La Traviata', category: 'classical', venue: 'Teatro alla Scala', ...milan, days: 48, at: '20:00', seat: 'Galleria II, posto 118', price: 84, faceValue: 96 },
  ],
  secondSeller: [
    { title: 'Milan Vintage Motor Show, day ticket', category: 'other', venue: 'Fiera Milano', ...milan, days: 66, at: '10:00', seat: 'General admission', price: 19, faceValue: 24 },
    { title: 'El Clásico viewing gala', category: 'sport', venue: 'WiZink Center', ...madrid, days: 33, at: '21:00', seat: 'Grada 104, fila 9, asiento 22', price: 40, faceValue: 40 },
    { title: 'Flamenco Nights', category: 'theatre', venue: 'Teatro Real', ...madrid, days: 25, at: '19:30', seat: 'Entresuelo, fila 3, butaca 15', price: 54, faceValue: 60 },
    { title: 'Canal Sound Festival, Saturday', category: 'festival', venue: 'Westerpark', ...amsterdam, days: 112, at: '13:00', seat: 'General admission', price: 72.5, faceValue: 79, notes: 'Named ticket: the name can be changed free of charge until the day before.' },
    { title: 'Baroque at Noon', category: 'classical', venue: 'Concertgebouw', ...amsterdam, days: 14, at: '12:30', seat: 'Rij 9, stoel 20', price: 18, faceValue: 20 },
    { title: 'The Midnight Review', category: 'theatre', venue: 'Music Box Theatre', ...newYork, days: 21, at: '20:00', seat: 'Orchestra, row J 107', price: 139, faceValue: 159 },
    { title: 'Basketball: New York home opener', category: 'sport', venue: 'Madison Square Garden', ...newYork, days: 42, at: '19:30', seat: 'Section 214, row 8, seat 3', price: 118.75, faceValue: 125 },
    { title: 'Downtown Comedy Showcase', category: 'comedy', venue: 'Comedy Cellar', ...newYork, days: 5, at: '21:30', seat: 'Unreserved', price: 20, faceValue: 25, notes: 'Two-item minimum at the table.' },
    { title: 'Silver Arrows Reunion', category: 'music', venue: 'Brooklyn Steel', ...newYork, days: 58, at: '20:00', seat: 'Standing', price: 62, faceValue: 55, notes: 'Sold out in a day.' },
    { title: 'Winds of the Lake: Symphonic Evening', category: 'classical', venue: 'Symphony Center', ...chicago, days: 30, at: '19:30', seat: 'Main floor, row P 208', price: 74, faceValue: 85 },
    { title: 'Improv All-Stars', category: 'comedy', venue: 'The Second City', ...chicago, days: 11, at: '20:00', seat: 'Table 22', price: 29, faceValue: 34 },
    { title: 'Blues on Halsted', category: 'music', venue: 'Kingston Mines', ...chicago, days: 7, at: '21:00', seat: 'General admission', price: 17.5, faceValue: 20 },
    { title: 'Lone Star Songwriters', category: 'music', venue: 'ACL Live at the Moody Theater', ...austin, days: 46, at: '20:00', seat: 'Mezzanine, row D 11', price: 55, faceValue: 60 },
    { title: 'Zilker Park Weekender, one day', category: 'festival', venue: 'Zilker Park', ...austin, days: 141, at: '12:00', seat: 'General admission', price: 128, faceValue: 150 },
    { title: 'Film Score Night under the Stars', category: 'classical', venue: 'Hollywood Bowl', ...losAngeles, days: 54, at: '20:00', seat: 'Terrace 5, row 12, seat 44', price: 68, faceValue: 75 },
    { title: 'Baseball: Los Angeles evening game', category: 'sport', venue: 'Dodger Stadium', ...losAngeles, days: 37, at: '19:10', seat: 'Reserve 21, row G 9', price: 34, faceValue: 38 },
    { title: 'Hockey Night in Toronto', category: 'sport', venue: 'Scotiabank Arena', ...toronto, days: 28, at: '19:00', seat: 'Section 318, row 12, seat 6', price: 112, faceValue: 120 },
    { title: 'Taiko in Concert', category: 'music', venue: 'Suntory Hall', ...tokyo, days: 33, at: '18:30', seat: '1F, row 14, seat 22', price: 7800, faceValue: 8500 },
    { title: 'Kabuki: An Evening of Three Acts', category: 'theatre', venue: 'Kabukiza', ...tokyo, days: 19, at: '16:30', seat: '2F, row 4, seat 31', price: 12000, faceValue: 14000, notes: 'English captions can be rented at the theatre.' },
    { title: 'Grand Sumo, day nine', category: 'sport', venue: 'Edion Arena', ...osaka, days: 83, at: '13:00', seat: 'Chair A, row 3, seat 18', price: 9500, faceValue: 9500 },
    { title: 'Fireworks Harbour Cruise', category: 'other', venue: 'Circular Quay', ...sydney, days: 88, at: '19:30', seat: 'Upper deck', price: 210, faceValue: 240 },
    { title: 'Carmen on the Harbour', category: 'classical', venue: 'Sydney Opera House', ...sydney, days: 102, at: '19:30', seat: 'Circle, row M 38', price: 165, faceValue: 189 },
    { title: 'One-Woman Show: Last Train to Newtown', category: 'theatre', venue: 'Enmore Theatre', ...sydney, days: 22, at: '20:00', seat: 'Stalls, row R 12', price: 44, faceValue: 49 },
  ],
};

/** The titles that the demo buyer has bought, and those with an open reservation. */
export const bought = ['Late Night Stand-Up Mix', 'Mahler 5', 'Improv All-Stars'];
export const reserved = ['Jazz in the Vault'];
