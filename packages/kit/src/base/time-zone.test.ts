import { expect, test } from 'vitest'
import { timeZoneName } from './time-zone.ts'

test.each([
  ['Europe/Vienna', 'Europe/Vienna'],
  ['europe/vienna', 'Europe/Vienna'],
  ['EUROPE/VIENNA', 'Europe/Vienna'],
  ['Asia/Kolkata', 'Asia/Kolkata'],
  ['asia/kolkata', 'Asia/Kolkata'],
  ['Asia/Calcutta', 'Asia/Calcutta'],
  ['europe/kyiv', 'Europe/Kyiv'],
  ['america/argentina/buenos_aires', 'America/Argentina/Buenos_Aires'],
  ['america/port-au-prince', 'America/Port-au-Prince'],
  ['africa/dar_es_salaam', 'Africa/Dar_es_Salaam'],
  ['america/port_of_spain', 'America/Port_of_Spain'],
  ['antarctica/dumontdurville', 'Antarctica/DumontDUrville'],
  ['utc', 'UTC'],
  ['etc/gmt+2', 'Etc/GMT+2'],
  ['us/pacific', 'US/Pacific'],
  ['gb-eire', 'GB-Eire'],
])('knows %s as %s', (given, name) => {
  expect(timeZoneName(given)).toBe(name)
})

test.each(['+02:00', '-0500', '+02', 'UTC+2', 'Z', '', ' ', ' Europe/Vienna', 'Europe/Atlantis', 'Vienna', '\u2212'])(
  'knows no zone %j',
  (given) => {
    expect(timeZoneName(given)).toBeNull()
  },
)

test('writes every zone as the database does, however it is given', () => {
  for (const name of Intl.supportedValuesOf('timeZone')) {
    expect([timeZoneName(name), timeZoneName(name.toLowerCase())]).toEqual([name, name])
  }
})
