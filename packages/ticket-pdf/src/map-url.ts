/** A page that shows a place on a map, and opens the map app on a phone: https://developers.google.com/maps/documentation/urls */
export function mapUrl(place: { venueName: string; venueAddressLines: readonly string[]; venueCity: string }): string {
  const query = addressOf(place).join(', ')
  return query && `https://www.google.com/maps/search/?${new URLSearchParams({ api: '1', query })}`
}

/** The parts of an address, each once: address lines often end in the city. */
export function addressOf(place: {
  venueName: string
  venueAddressLines: readonly string[]
  venueCity: string
}): string[] {
  const { venueName, venueAddressLines, venueCity } = place
  const hasCity = venueAddressLines.some((line) => line.toLowerCase().includes(venueCity.toLowerCase()))
  return [venueName, ...venueAddressLines, ...(hasCity ? [] : [venueCity])].filter((part) => part.trim() !== '')
}
