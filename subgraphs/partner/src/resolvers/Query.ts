import { requireUser } from '@tikitu/kit/auth/viewer'
import { getDocumentFile } from '../domain/documents/document-file.ts'
import { findShownLayout } from '../domain/layouts/layout-rows.ts'
import { invitationOfToken } from '../domain/members/invitations.ts'
import { getPartner } from '../domain/partners/get-partner.ts'
import { listPartners } from '../domain/partners/list-partners.ts'
import { getVenue, listVenues } from '../domain/venues/list-venues.ts'
import type { QueryResolvers } from '../generated/resolvers.ts'

export const Query: QueryResolvers = {
  me: (_parent, _args, ctx) => ({ id: requireUser(ctx.viewer).userId }),
  partner: (_parent, { id }, ctx) => getPartner(ctx, id),
  partners: (_parent, { filter, ...args }, ctx) => listPartners(ctx, filter ?? {}, args),
  partnerDocumentFile: (_parent, { documentId }, ctx) => getDocumentFile(ctx, documentId),
  partnerInvitation: (_parent, { token }, ctx) => invitationOfToken(ctx, token),
  venue: (_parent, { id }, ctx) => getVenue(ctx, id),
  venues: (_parent, { filter, ...args }, ctx) => listVenues(ctx, filter ?? {}, args),
  layout: (_parent, { id }, ctx) => findShownLayout(ctx, id),
}
