import { events } from '@tikitu/schema/events/registry'
import { defineKind } from './kind.ts'
import { partnerPath } from './partners.ts'
import { dateIn, greeting, pageUrl, timeIn } from './phrases.ts'

const sampleMembers = { partnerId: 'ptr_sample', name: 'Teater Jakarta', memberIds: ['usr_sample'] }

/** A partner's rights changed. */
export const partnerStatusChanged = defineKind({
  category: 'PARTNER',
  channels: ['EMAIL', 'IN_APP'],
  data: events['partner.statusChanged'].payload,
  subjectId: ({ partnerId }) => partnerId,
  path: partnerPath,
  view: (change, reader) => ({
    ...greeting(reader),
    partnerName: change.name,
    isReinstated: change.status === 'VERIFIED',
    isRestricted: change.status === 'RESTRICTED',
    isSuspended: change.status === 'SUSPENDED',
    isTerminated: change.status === 'TERMINATED',
    reason: change.reason ?? '',
    partnerUrl: pageUrl(reader, partnerPath(change)),
  }),
  required: ['partnerName', 'isReinstated', 'isRestricted', 'isSuspended', 'isTerminated', 'reason'],
  sample: {
    ...sampleMembers,
    from: 'VERIFIED',
    status: 'RESTRICTED',
    reason: 'Too many events were cancelled at short notice.',
  },
})

/** A partner's document was judged, runs out soon, or ran out. */
export const documentStatusChanged = defineKind({
  category: 'PARTNER',
  channels: ['EMAIL', 'IN_APP'],
  data: events['partner.documentStatusChanged'].payload,
  subjectId: ({ documentId }) => documentId,
  path: partnerPath,
  view: (change, reader) => ({
    ...greeting(reader),
    partnerName: change.name,
    isBusinessRegistration: change.kind === 'BUSINESS_REGISTRATION',
    isIdentity: change.kind === 'IDENTITY',
    isProofOfAddress: change.kind === 'PROOF_OF_ADDRESS',
    isTaxCertificate: change.kind === 'TAX_CERTIFICATE',
    isBankStatement: change.kind === 'BANK_STATEMENT',
    isOtherDocument: change.kind === 'OTHER',
    isApproved: change.status === 'APPROVED',
    isRejected: change.status === 'REJECTED',
    isExpiring: change.status === 'EXPIRING',
    isExpired: change.status === 'EXPIRED',
    reason: change.reason ?? '',
    validUntil: dayOf(change.validUntil, reader.locale),
    restrictedFrom: dayOf(change.restrictedFrom, reader.locale),
    partnerUrl: pageUrl(reader, partnerPath(change)),
  }),
  required: [
    'partnerName',
    'isApproved',
    'isRejected',
    'isExpiring',
    'isExpired',
    'reason',
    'validUntil',
    'restrictedFrom',
  ],
  sample: {
    ...sampleMembers,
    documentId: 'doc_sample',
    kind: 'IDENTITY',
    status: 'EXPIRING',
    reason: null,
    validUntil: '2027-06-30',
    restrictedFrom: '2027-07-15',
  },
})

/** Where a partner is paid out to is changing. Sent to everybody who could object. */
export const bankAccountChanged = defineKind({
  category: 'PARTNER',
  channels: ['EMAIL', 'IN_APP'],
  data: events['partner.bankAccountChanged'].payload,
  subjectId: ({ bankAccountId }) => bankAccountId,
  path: partnerPath,
  view: (change, reader) => ({
    ...greeting(reader),
    partnerName: change.name,
    isProposed: change.status === 'PROPOSED',
    isInUse: change.status === 'IN_USE',
    isWithdrawn: change.status === 'WITHDRAWN',
    country: change.country,
    lastFour: change.lastFour,
    changedAt: momentOf(change.changedAt, reader.locale),
    payoutsFrom: change.payoutsFrom ? momentOf(change.payoutsFrom, reader.locale) : '',
    partnerUrl: pageUrl(reader, partnerPath(change)),
  }),
  required: ['partnerName', 'isProposed', 'isInUse', 'isWithdrawn', 'lastFour', 'payoutsFrom'],
  sample: {
    ...sampleMembers,
    bankAccountId: 'bnk_sample',
    status: 'IN_USE',
    country: 'ID',
    lastFour: '4471',
    changedAt: '2027-06-01T09:00:00.000Z',
    payoutsFrom: '2027-06-04T09:00:00.000Z',
  },
})

/** A day without an hour: partners work in many zones, and days are those of UTC. */
function dayOf(day: string | null, locale: string): string {
  return day ? dateIn(day, { locale, timeZone: 'UTC' }) : ''
}

function momentOf(moment: string, locale: string): string {
  const where = { locale, timeZone: 'UTC' }
  return `${dateIn(moment, where)}, ${timeIn(moment, where)}`
}
