/** What a map is asked about, and where. */
export interface MapPlace {
  venueName: string
  venueAddressLines: readonly string[]
  venueCity: string
}

/**
 * A page that shows a place on a map: the template with the place's address for `{query}`. Without a template it is OpenStreetMap
 * (https://wiki.openstreetmap.org/wiki/Browsing). Empty where nothing is known of the place.
 */
export function mapUrl(place: MapPlace, template = 'https://www.openstreetmap.org/search?query={query}'): string {
  const query = addressOf(place).join(', ')
  return query && template.replaceAll('{query}', () => encodeURIComponent(query.toWellFormed()))
}

/** The parts of an address, each once: address lines often end in the city. */
export function addressOf({ venueName, venueAddressLines, venueCity }: MapPlace): string[] {
  const hasCity = venueAddressLines.some((line) => line.toLowerCase().includes(venueCity.toLowerCase()))
  return [venueName, ...venueAddressLines, ...(hasCity ? [] : [venueCity])].filter((part) => part.trim() !== '')
}
