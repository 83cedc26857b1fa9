import request from 'supertest';
import type { EventData } from '@ticketing/common';
import { aTicket, hours, useService } from '../../test/fixtures.ts';
import { storeEvent } from '../models/listed-event.ts';
import type { Ticket } from '../models/ticket.ts';
import { tickets } from '../models/ticket.ts';
import { ticketEvent } from '../models/ticket-event.ts';

const { app, bus, service } = useService();

/** Several events of one house, one city or one composer, so that each search has wrong answers too. */
const listings: Partial<Ticket>[] = [
  { title: 'Mahler: Symphony No. 9', venue: 'Musikverein, Großer Saal', city: 'Wien', category: 'music' },
  {
    title: 'Mahler: Symphony No. 2 "Resurrection"',
    venue: 'Philharmonie',
    city: 'Berlin',
    category: 'music',
  },
  { title: 'La Traviata', venue: 'Bayerische Staatsoper', city: 'München', category: 'theatre' },
  { title: 'Die Zauberflöte', venue: 'Wiener Staatsoper', city: 'Wien', category: 'theatre' },
  { title: 'Rigoletto', venue: 'Teatro alla Scala', city: 'Milano', category: 'theatre' },
  { title: 'Cirque du Soleil: Alegría', venue: 'Royal Albert Hall', city: 'London', category: 'other' },
  { title: 'Coldplay: Music of the Spheres', venue: 'Letzigrund', city: 'Zürich', category: 'music' },
  { title: 'Champions League Final', venue: 'Allianz Arena', city: 'München', category: 'sport' },
  { title: 'Hamlet', venue: 'Schaubühne', city: 'Berlin', category: 'theatre' },
  { title: 'Der Rosenkavalier', venue: 'Semperoper', city: 'Dresden', category: 'theatre' },
  { title: 'Weltmeisterschaft im Eiskunstlauf', venue: 'O2 Arena', city: 'Praha', category: 'sport' },
  { title: 'Björk: Cornucopia', venue: 'Harpa', city: 'Reykjavík', category: 'music' },
  {
    title: 'Swan Lake',
    venue: 'Palais Garnier',
    city: 'Paris',
    category: 'theatre',
    seat: 'Loge 12, seat 3',
  },
  { title: 'Giselle', venue: 'Palais Garnier', city: 'Paris', notes: 'Wheelchair place with companion' },
  { title: 'Bruckner: Te Deum', venue: 'Stephansdom', city: 'Wien', category: 'music' },
  { title: 'Wine and Jazz', venue: 'Elbphilharmonie', city: 'Hamburg', category: 'music' },
  { title: 'Radiohead', venue: 'Madison Square Garden', city: 'New York', category: 'music' },
  { title: 'Nederlands Dans Theater', venue: 'Amare', city: 'Den Haag', category: 'theatre' },
  { title: 'Kraftwerk', venue: '日本武道館', city: 'Tōkyō', category: 'music' },
  { title: 'Tosca', venue: 'Staatsoper Unter den Linden', city: 'Berlin', category: 'theatre' },
];

beforeAll(async () => {
  await tickets.deleteMany({});
  for (const [index, listing] of listings.entries())
    await storeEvent(await aTicket({ ...listing, startsAt: hours(24 * (1 + (index % 5))) }));
  for (let i = 0; i < 30; i++)
    await storeEvent(
      await aTicket({
        title: `Evening of strings ${i}`,
        venue: 'Konzerthaus',
        city: 'Wien',
        startsAt: hours(12 + i),
      }),
    );
  await service.words.load();
});

const search = (q: string, query = '') =>
  request(app)
    .get(`/api/tickets/events?q=${encodeURIComponent(q)}${query}`)
    .expect(200);
const titles = (body: unknown) => (body as { title: string }[]).map(({ title }) => title);

describe('a search for events', () => {
  it.each([
    ['a missing letter', 'Mahlr', 'Mahler: Symphony No. 9'],
    ['a doubled letter', 'Traviatta', 'La Traviata'],
    ['swapped letters', 'Rigolteto', 'Rigoletto'],
    ['a wrong letter', 'Haml3t', 'Hamlet'],
    ['two typos in a long word', 'Rosenkavaler Sempreoper', 'Der Rosenkavalier'],
    ['a typo in each of two words', 'Colpday Sheres', 'Coldplay: Music of the Spheres'],
    ['a typo in the first letter', 'Vjörk', 'Björk: Cornucopia'],
    ['a typo and an exonym', 'Simphony Vienna', 'Mahler: Symphony No. 9'],
    ['an English exonym', 'Munich Traviata', 'La Traviata'],
    ['an exonym in another script', 'Kraftwerk 東京', 'Kraftwerk'],
    ['a German exonym', 'Mailand', 'Rigoletto'],
    ['an exonym of two words', 'The Hague', 'Nederlands Dans Theater'],
    ['an exonym with a typo', 'Prageu', 'Weltmeisterschaft im Eiskunstlauf'],
    ['reversed words', 'League Champions', 'Champions League Final'],
    ['reversed words of several fields', 'berlin staatsoper tosca', 'Tosca'],
    ['the inside of a word', 'verein', 'Mahler: Symphony No. 9'],
    ['the inside of a long word', 'kunstlauf', 'Weltmeisterschaft im Eiskunstlauf'],
    ['two insides of one word', 'meister welt', 'Weltmeisterschaft im Eiskunstlauf'],
    ['a venue', 'madison garden', 'Radiohead'],
    ['the city and small words', 'Bruckner in the city of Vienna', 'Bruckner: Te Deum'],
    ['a seat', 'swan loge', 'Swan Lake'],
    ['notes', 'wheelchair paris', 'Giselle'],
    ['accents that are missing', 'bjork reykjavik', 'Björk: Cornucopia'],
    ['a word that is being typed', 'zauberf', 'Die Zauberflöte'],
    ['an umlaut as two letters', 'Zauberfloete', 'Die Zauberflöte'],
    ['a category', 'sport munchen', 'Champions League Final'],
  ])('has %s in the top three: %s', async (_, q, title) => {
    const { body } = await search(q);

    expect(titles(body).slice(0, 3)).toContain(title);
  });

  it('lists the better match first, and equal ones by date', async () => {
    const { body, headers } = await search('mahler wien');
    expect(titles(body)).toEqual(['Mahler: Symphony No. 9']);
    expect(headers).toMatchObject({ 'x-search-match': 'all' });
    expect(headers).not.toHaveProperty('x-search-correction');

    expect(titles((await search('evening', '&limit=5')).body)).toEqual(
      [0, 1, 2, 3, 4].map((i) => `Evening of strings ${i}`),
    );
  });

  it.each([
    ['Mahlr', 'Mahler'],
    ['mahler wein', 'mahler Wien'],
    ['Bjrk Reykjavik', 'Björk reykjavik'],
  ])('returns the correction of %s', async (q, correction) => {
    const { headers } = await search(q);

    expect(headers).toMatchObject({ 'x-search-match': 'similar' });
    expect(decodeURIComponent(headers['x-search-correction']!)).toBe(correction);
  });

  it('lists what is closest when nothing has all words', async () => {
    const { body, headers } = await search('Mahler Reykjavik');

    expect(headers).toMatchObject({ 'x-search-match': 'some' });
    expect(titles(body).sort()).toEqual([
      'Björk: Cornucopia',
      'Mahler: Symphony No. 2 "Resurrection"',
      'Mahler: Symphony No. 9',
    ]);
  });

  it('returns an empty list when nothing is close', async () => {
    for (const q of ['qqqqqqqq', '!!!', 'x']) expect((await search(q)).body).toEqual([]);
  });

  it('lists the found events in pages, each once, forwards and backwards', async () => {
    const all = titles((await search('strings', '&limit=100')).body);
    expect(all).toHaveLength(30);
    const first = await search('strings', '&limit=20');
    const links = (link: string) => [...link.matchAll(/<([^>]+)>; rel="(\w+)"/g)];
    const second = await request(app).get(links(first.headers['link']!)[0]![1]!);
    const [back] = links(second.headers['link']!).filter(([, , rel]) => rel === 'prev');

    expect([...titles(first.body), ...titles(second.body)]).toEqual(all);
    expect(titles((await request(app).get(back![1]!)).body)).toEqual(titles(first.body));
  });

  it('counts only tickets that match the other filters', async () => {
    expect(titles((await search('mahler', '&city=Vienna')).body)).toEqual(['Mahler: Symphony No. 9']);
    expect((await search('mahler', '&max=1')).body).toEqual([]);
    expect((await search('mahler', '&category=sport')).body).toEqual([]);
  });
});

describe('GET /api/tickets with a search', () => {
  it.each([
    ['Mahlr', 2],
    ['verein', 1],
    ['Traviatta munich', 1],
    ['wheelchair', 1],
    ['mahler', 2],
  ])('finds tickets by %s', async (q, count) => {
    const { body } = await request(app)
      .get(`/api/tickets?q=${encodeURIComponent(q)}`)
      .expect(200);

    expect(body).toHaveLength(count);
  });
});

describe('GET /api/tickets/suggestions', () => {
  const suggest = async (q: string) =>
    (
      await request(app)
        .get(`/api/tickets/suggestions?q=${encodeURIComponent(q)}`)
        .expect(200)
    ).body;

  it('suggests events, venues and cities for the beginning of a word', async () => {
    expect(await suggest('mu')).toMatchObject({
      venues: [{ name: 'Musikverein, Großer Saal', city: 'Wien' }],
      cities: [{ name: 'München' }],
    });
    expect(titles((await suggest('mahl')).events)).toHaveLength(2);
  });

  it('suggests the meant one for a misspelled word', async () => {
    expect(await suggest('Viena')).toMatchObject({ cities: [{ name: 'Wien' }] });
    expect(titles((await suggest('Hamlt')).events)).toEqual(['Hamlet']);
  });

  it('suggests nothing for what matches nothing', async () => {
    expect(await suggest('qqqqqqq')).toEqual({ events: [], venues: [], cities: [] });
  });

  it('returns 400 without a text', async () => {
    await request(app).get('/api/tickets/suggestions').expect(400);
  });
});

it('knows the words of an event when another replica has listed its ticket', async () => {
  const ticket = await aTicket({ title: 'Wozzeck' });
  await storeEvent(ticket);
  expect((await search('Wozeck')).body).toEqual([]);

  await bus.deliver('ticket:created', ticketEvent(ticket).data as EventData<'ticket:created'>);

  expect(titles((await search('Wozeck')).body)).toEqual(['Wozzeck']);
});
