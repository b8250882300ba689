import { getDocumentFile } from '../domain/get-document-file.ts'
import { getPartner } from '../domain/get-partner.ts'
import { invitationOfToken } from '../domain/invitations.ts'
import { findShownLayout } from '../domain/layout-rows.ts'
import { listOwnPartners, listPartners } from '../domain/list-partners.ts'
import { getVenue, listVenues } from '../domain/list-venues.ts'
import type { QueryResolvers } from '../generated/resolvers.ts'

export const Query: QueryResolvers = {
  partner: (_parent, { id }, ctx) => getPartner(ctx, id),
  myPartners: (_parent, args, ctx) => listOwnPartners(ctx, args),
  partners: (_parent, { filter, ...args }, ctx) => listPartners(ctx, filter ?? {}, args),
  partnerDocumentFile: (_parent, { documentId }, ctx) => getDocumentFile(ctx, documentId),
  partnerInvitation: (_parent, { token }, ctx) => invitationOfToken(ctx, token),
  venue: (_parent, { id }, ctx) => getVenue(ctx, id),
  venues: (_parent, { filter, ...args }, ctx) => listVenues(ctx, filter ?? {}, args),
  layout: (_parent, { id }, ctx) => findShownLayout(ctx, id),
}
