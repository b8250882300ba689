import { expect, test } from 'vitest'
import { mapUrl } from './map-url.ts'

const hall = { venueName: 'Café & Co', venueAddressLines: ['1 High St', '$& 4000 Liège'], venueCity: 'Liège' }
const query = 'Caf%C3%A9%20%26%20Co%2C%201%20High%20St%2C%20%24%26%204000%20Li%C3%A8ge'

test('is a page of OpenStreetMap, or of the map that is configured', () => {
  expect(mapUrl(hall)).toBe(`https://www.openstreetmap.org/search?query=${query}`)
  expect(mapUrl(hall, 'geo:0,0?q={query}')).toBe(`geo:0,0?q=${query}`)
})

test('is empty where nothing is known of the place', () => {
  expect(mapUrl({ venueName: '', venueAddressLines: [], venueCity: ' ' })).toBe('')
})

test('replaces half a character, which no URL can hold', () => {
  expect(mapUrl({ ...hall, venueName: 'Hall \ud800' })).toContain(encodeURIComponent('Hall \ufffd'))
})
