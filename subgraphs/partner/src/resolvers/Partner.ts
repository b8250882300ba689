import { requireLoaded } from '@tikitu/kit/postgres/loader'
import { bankAccountIn, isUsableAt, lastFourOf } from '../domain/bank-accounts/bank-accounts.ts'
import { documentFile } from '../domain/documents/document-file.ts'
import { documentStatusAt, missingKinds } from '../domain/documents/partner-documents.ts'
import { invitationStatusAt, openInvitations } from '../domain/members/invitations.ts'
import { listMemberships } from '../domain/members/list-memberships.ts'
import { listMembers } from '../domain/members/members.ts'
import { getPartner, membersOnly, roleIn } from '../domain/partners/get-partner.ts'
import { canReceivePayouts, canSell } from '../domain/partners/partner-rights.ts'
import { listVenues } from '../domain/venues/list-venues.ts'
import type {
  BankAccountResolvers,
  PartnerApplicationResolvers,
  PartnerDocumentResolvers,
  PartnerInvitationResolvers,
  PartnerMemberResolvers,
  PartnerResolvers,
  UserResolvers,
} from '../generated/resolvers.ts'

export const Partner: PartnerResolvers = {
  __resolveReference: ({ id }, ctx) => getPartner(ctx, id),
  venues: ({ id: partnerId }, args, ctx) => listVenues(ctx, { partnerId }, args),
  myRole: (partner, _args, ctx) => roleIn(ctx, partner.id),
  status: (partner, _args, ctx) => membersOnly(ctx, { partnerId: partner.id }, () => partner.status),
  canSell: (partner, _args, ctx) => membersOnly(ctx, { partnerId: partner.id }, () => canSell(partner.status)),
  canReceivePayouts: (partner, _args, ctx) =>
    membersOnly(ctx, { partnerId: partner.id }, async () =>
      canReceivePayouts(partner.status, isUsableAt(await bankAccountIn(ctx, partner.id, 'IN_USE'), ctx.now())),
    ),
  version: (partner, _args, ctx) => membersOnly(ctx, { partnerId: partner.id }, () => partner.version),
  members: (partner, args, ctx) => membersOnly(ctx, { partnerId: partner.id }, () => listMembers(ctx, partner, args)),
  invitations: (partner, _args, ctx) =>
    membersOnly(ctx, { partnerId: partner.id, minRole: 'MANAGER' }, () => openInvitations(ctx, partner.id)),
  application: (partner, _args, ctx) => membersOnly(ctx, { partnerId: partner.id, minRole: 'MANAGER' }, () => partner),
  bankAccount: (partner, _args, ctx) =>
    membersOnly(ctx, { partnerId: partner.id, minRole: 'MANAGER' }, () => bankAccountIn(ctx, partner.id, 'IN_USE')),
  proposedBankAccount: (partner, _args, ctx) =>
    membersOnly(ctx, { partnerId: partner.id, minRole: 'MANAGER' }, () => bankAccountIn(ctx, partner.id, 'PROPOSED')),
}

export const PartnerApplication: PartnerApplicationResolvers = {
  documents: (partner, _args, ctx) => ctx.load.documentsOfPartner.load(partner.id),
  missingDocuments: async (partner, _args, ctx) =>
    missingKinds(await ctx.load.documentsOfPartner.load(partner.id), ctx.now()),
}

export const PartnerDocument: PartnerDocumentResolvers = {
  file: (document, _args, ctx) => documentFile(ctx, document),
  status: (document, _args, ctx) => documentStatusAt(document, ctx.now()),
}

export const PartnerMember: PartnerMemberResolvers = {
  user: (member) => ({ id: member.userId }),
  partner: (member, _args, ctx) => requireLoaded(ctx.load.partner, member.partnerId),
}

export const PartnerInvitation: PartnerInvitationResolvers = {
  invitationId: (invitation) => invitation.id,
  partnerName: async (invitation, _args, ctx) => (await requireLoaded(ctx.load.partner, invitation.partnerId)).name,
  status: (invitation, _args, ctx) => invitationStatusAt(invitation, ctx.now()),
}

export const BankAccount: BankAccountResolvers = {
  lastFour: (account) => lastFourOf(account),
  proposedBy: (account) => ({ id: account.proposedBy }),
  confirmedBy: (account) => (account.confirmedBy ? { id: account.confirmedBy } : null),
}

export const User: UserResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  partnerMemberships: (user, args, ctx) => listMemberships(ctx, user.id, args),
}
