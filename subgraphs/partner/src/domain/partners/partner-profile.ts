import { line, neverNull, ownName } from '@tikitu/kit/base/validate-input'
import { z } from 'zod'
import { addressLines, longText, webAddress } from './input-fields.ts'

/** The optional fields of a partner's profile. */
const optionalProfile = {
  description: longText(2_000),
  website: webAddress.nullish(),
  logo: webAddress.nullish(),
  contactPhone: z.string().max(20).nullish(),
}

/** The verified fields, apart from the documents. */
const requiredFacts = {
  legalName: line(200),
  registrationNumber: line(60),
  country: z.string().length(2),
  addressLines,
}

/** The input of an application. */
export const newProfile = z.object({
  ...optionalProfile,
  ...requiredFacts,
  taxNumber: line(60).nullish(),
  name: ownName(120),
  contactEmail: z.email().max(254),
})

/** The input of a change: absent fields stay as they are. */
export const profilePatch = z.object({
  ...optionalProfile,
  legalName: neverNull(requiredFacts.legalName),
  registrationNumber: neverNull(requiredFacts.registrationNumber),
  country: neverNull(requiredFacts.country),
  addressLines: neverNull(addressLines),
  taxNumber: line(60).nullish(),
  name: neverNull(ownName(120)),
  contactEmail: neverNull(z.email().max(254)),
})

/** The fields that can change only before the application is submitted, or after changes were requested. */
export const verifiedFields = ['legalName', 'registrationNumber', 'taxNumber', 'country', 'addressLines'] as const
