import { events } from '@tikitu/schema/events/registry'
import { defineKind } from './kind.ts'
import { dateIn, greeting, pageUrl } from './phrases.ts'

/** The page of a partner. */
export const partnerPath = ({ partnerId }: { partnerId: string }): string => `/partners/${partnerId}`

/** What became of an application to sell. */
export const applicationDecided = defineKind({
  category: 'PARTNER',
  channels: ['EMAIL', 'IN_APP'],
  data: events['partner.applicationDecided'].payload,
  subjectId: ({ partnerId }) => partnerId,
  path: partnerPath,
  view: (decided, reader) => ({
    ...greeting(reader),
    partnerName: decided.name,
    isVerified: decided.decision === 'VERIFIED',
    areChangesRequested: decided.decision === 'CHANGES_REQUESTED',
    isRejected: decided.decision === 'REJECTED',
    reason: decided.reason ?? '',
    partnerUrl: pageUrl(reader, partnerPath(decided)),
  }),
  required: ['partnerName', 'isVerified', 'areChangesRequested', 'isRejected', 'reason'],
  sample: {
    partnerId: 'ptr_sample',
    name: 'Teater Jakarta',
    decision: 'CHANGES_REQUESTED',
    reason: 'The registration document is not readable.',
    ownerIds: ['usr_sample'],
  },
})

/** Somebody is asked to join a partner's team. They may have no account yet. */
export const memberInvited = defineKind({
  category: 'PARTNER',
  channels: ['EMAIL'],
  data: events['partner.memberInvited'].payload,
  subjectId: ({ partnerId }) => partnerId,
  path: () => null,
  view: (invited, reader) => ({
    ...greeting(reader),
    partnerName: invited.partnerName,
    isOwner: invited.role === 'OWNER',
    isManager: invited.role === 'MANAGER',
    isBoxOffice: invited.role === 'BOX_OFFICE',
    isScanner: invited.role === 'SCANNER',
    token: invited.token,
    expiresOn: dateIn(invited.expiresAt, { locale: reader.locale, timeZone: 'UTC' }),
    acceptUrl: pageUrl(reader, `/invitations/accept#token=${encodeURIComponent(invited.token)}`),
  }),
  required: ['partnerName', 'token'],
  sample: {
    partnerId: 'ptr_sample',
    partnerName: 'Teater Jakarta',
    memberId: 'mbr_sample',
    email: 'grace@example.org',
    role: 'BOX_OFFICE',
    token: 'sample-token',
    expiresAt: '2027-06-08T00:00:00.000Z',
  },
})
