import { line, neverNull } from '@tikitu/kit/base/validate-input'
import { z } from 'zod'
import type { VenueRow } from '../../db/tables/venues.ts'
import { addressLines, longText, webAddress } from '../partners/input-fields.ts'

type Feature = VenueRow['accessibilityFeatures'][number]

const location = z.object({
  latitude: z.number().min(-90, 'must be between -90 and 90').max(90, 'must be between -90 and 90'),
  longitude: z.number().min(-180, 'must be between -180 and 180').max(180, 'must be between -180 and 180'),
})
const capacity = z.int().min(1, 'must be at least 1').max(1_000_000, 'must be at most 1000000')
const features = z.array(z.custom<Feature>()).transform((all) => [...new Set(all)])
const images = z.array(z.object({ url: webAddress, alt: line(300) })).max(20, 'must have at most 20 images')
const zone = z.string().max(60)
const country = z.string().length(2)

const optional = {
  description: longText(5_000),
  postalCode: line(20).nullish(),
  location: location.nullish(),
  accessibilityNotes: longText(2_000),
}

/** The input of a new venue. */
export const newVenue = z.object({
  ...optional,
  name: line(120),
  addressLines,
  city: line(80),
  country,
  timeZone: zone,
  capacity,
  accessibilityFeatures: features.nullish().transform((value) => value ?? []),
  images: images.nullish().transform((value) => value ?? []),
})

/** The input of a change: absent fields stay as they are. */
export const venuePatch = z.object({
  ...optional,
  name: neverNull(line(120)),
  addressLines: neverNull(addressLines),
  city: neverNull(line(80)),
  country: neverNull(country),
  timeZone: neverNull(zone),
  performanceTimes: z.enum(['KEEP_INSTANT', 'KEEP_LOCAL_TIME']).default('KEEP_INSTANT'),
  capacity: neverNull(capacity),
  accessibilityFeatures: neverNull(features),
  images: neverNull(images),
})

/** The columns of a location; none when the input has none. */
export function columnsOf(point: { latitude: number; longitude: number } | null | undefined) {
  if (point === undefined) return {}
  return { latitude: point?.latitude ?? null, longitude: point?.longitude ?? null }
}
