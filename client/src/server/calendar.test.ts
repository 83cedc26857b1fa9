import { calendarFile } from './calendar.ts';

const NOW = new Date('2026-11-23T10:12:00.500Z');
const entry = {
  uid: '6741b9e0@tickets.example',
  start: new Date('2027-01-23T18:30:00.000Z'),
  summary: 'Mahler: Symphony No. 5',
  location: 'Musikverein, Großer Saal; Wien',
  description: 'Row 8\nSeat 14',
  url: 'https://tickets.example/orders/6741b9e0',
};

describe('calendarFile', () => {
  it('has one event in UTC, with escaped texts', () => {
    expect(calendarFile(entry, NOW).split('\r\n')).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Encore//Tickets//EN',
      'METHOD:PUBLISH',
      'BEGIN:VEVENT',
      'UID:6741b9e0@tickets.example',
      'DTSTAMP:20261123T101200Z',
      'DTSTART:20270123T183000Z',
      'SUMMARY:Mahler: Symphony No. 5',
      'LOCATION:Musikverein\\, Großer Saal\\; Wien',
      'DESCRIPTION:Row 8\\nSeat 14',
      'URL:https://tickets.example/orders/6741b9e0',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ]);
  });

  it('folds lines of more than 75 octets without cutting a character, and keeps the text', () => {
    const summary = `${'ü'.repeat(60)}🎫${'東'.repeat(40)}`;
    const file = calendarFile({ ...entry, summary }, NOW);
    for (const line of file.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(file.replaceAll('\r\n ', '')).toContain(`SUMMARY:${summary}\r\n`);
  });

  it('lets no text begin a property of its own', () => {
    const file = calendarFile({ ...entry, summary: 'a\r\nDTSTART:19700101T000000Z\u0007' }, NOW);
    expect(file.match(/^DTSTART/gm)).toHaveLength(1);
    expect(file).toContain('SUMMARY:a\\nDTSTART:19700101T000000Z\r\n');
  });
});
