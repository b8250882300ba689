import { line, neverNull, ownName } from '@tikitu/kit/base/validate-input'
import { z } from 'zod'
import { addressLines, longText, webAddress } from './input-fields.ts'

/** What a partner says of itself to the public. */
const optionalProfile = {
  description: longText(2_000),
  website: webAddress.nullish(),
  logo: webAddress.nullish(),
  contactPhone: z.string().max(20).nullish(),
}

/** What a partner is examined for, apart from its documents. */
const requiredFacts = {
  legalName: line(200),
  registrationNumber: line(60),
  country: z.string().length(2),
  addressLines,
}

/** What an application says. */
export const newProfile = z.object({
  ...optionalProfile,
  ...requiredFacts,
  taxNumber: line(60).nullish(),
  name: ownName(120),
  contactEmail: z.email().max(254),
})

/** What a change says: what is absent stays. */
export const changedProfile = z.object({
  ...optionalProfile,
  legalName: neverNull(requiredFacts.legalName),
  registrationNumber: neverNull(requiredFacts.registrationNumber),
  country: neverNull(requiredFacts.country),
  addressLines: neverNull(addressLines),
  taxNumber: line(60).nullish(),
  name: neverNull(ownName(120)),
  contactEmail: neverNull(z.email().max(254)),
})

/** The fields that change only while the application is with the applicant. */
export const verifiedFields = ['legalName', 'registrationNumber', 'taxNumber', 'country', 'addressLines'] as const
