import { confirmBankAccount } from '../domain/bank-accounts/confirm-bank-account.ts'
import { proposeBankAccount } from '../domain/bank-accounts/propose-bank-account.ts'
import { withdrawBankAccount } from '../domain/bank-accounts/withdraw-bank-account.ts'
import { createDocumentUpload } from '../domain/documents/document-uploads.ts'
import { removePartnerDocument } from '../domain/documents/remove-document.ts'
import { approvePartnerDocument, rejectPartnerDocument } from '../domain/documents/review-document.ts'
import { uploadPartnerDocument } from '../domain/documents/upload-document.ts'
import { createLayout } from '../domain/layouts/create-layout.ts'
import { deleteLayout } from '../domain/layouts/delete-layout.ts'
import { importLayout } from '../domain/layouts/import-layout.ts'
import { publishLayout } from '../domain/layouts/publish-layout.ts'
import { updateLayout } from '../domain/layouts/update-layout.ts'
import { acceptInvitation } from '../domain/members/accept-invitation.ts'
import { changeMemberRole } from '../domain/members/change-member-role.ts'
import { handOverOwnership } from '../domain/members/hand-over-ownership.ts'
import { inviteMember } from '../domain/members/invite-member.ts'
import { removeMember } from '../domain/members/remove-member.ts'
import { revokeInvitation } from '../domain/members/revoke-invitation.ts'
import { applyAsPartner } from '../domain/partners/apply-as-partner.ts'
import {
  reinstatePartner,
  restrictPartner,
  suspendPartner,
  terminatePartner,
} from '../domain/partners/partner-standing.ts'
import {
  approvePartner,
  rejectPartner,
  requestPartnerChanges,
  startPartnerReview,
} from '../domain/partners/review-application.ts'
import { submitPartnerApplication } from '../domain/partners/submit-application.ts'
import { updatePartner } from '../domain/partners/update-partner.ts'
import { createVenue } from '../domain/venues/create-venue.ts'
import { updateVenue } from '../domain/venues/update-venue.ts'
import type { MutationResolvers } from '../generated/resolvers.ts'

export const Mutation: MutationResolvers = {
  applyAsPartner: (_parent, { input }, ctx) => applyAsPartner(ctx, input),
  updatePartner: (_parent, { input }, ctx) => updatePartner(ctx, input),
  createDocumentUpload: (_parent, { input }, ctx) => createDocumentUpload(ctx, input.partnerId),
  uploadPartnerDocument: (_parent, { input }, ctx) => uploadPartnerDocument(ctx, input),
  removePartnerDocument: async (_parent, { input }, ctx) => ({
    deletedId: await removePartnerDocument(ctx, input.documentId),
  }),
  submitPartnerApplication: (_parent, { input }, ctx) => submitPartnerApplication(ctx, input.partnerId),

  startPartnerReview: (_parent, { input }, ctx) => startPartnerReview(ctx, input),
  approvePartnerDocument: (_parent, { input }, ctx) => approvePartnerDocument(ctx, input),
  rejectPartnerDocument: (_parent, { input }, ctx) => rejectPartnerDocument(ctx, input),
  approvePartner: (_parent, { input }, ctx) => approvePartner(ctx, input),
  requestPartnerChanges: (_parent, { input }, ctx) => requestPartnerChanges(ctx, input),
  rejectPartner: (_parent, { input }, ctx) => rejectPartner(ctx, input),
  restrictPartner: (_parent, { input }, ctx) => restrictPartner(ctx, input),
  suspendPartner: (_parent, { input }, ctx) => suspendPartner(ctx, input),
  reinstatePartner: (_parent, { input }, ctx) => reinstatePartner(ctx, input),
  terminatePartner: (_parent, { input }, ctx) => terminatePartner(ctx, input),

  inviteMember: (_parent, { input }, ctx) => inviteMember(ctx, input),
  revokeInvitation: (_parent, { input }, ctx) => revokeInvitation(ctx, input.invitationId),
  acceptInvitation: (_parent, { input }, ctx) => acceptInvitation(ctx, input.token),
  changeMemberRole: (_parent, { input }, ctx) => changeMemberRole(ctx, input),
  removeMember: async (_parent, { input }, ctx) => ({ deletedId: await removeMember(ctx, input.memberId) }),
  handOverOwnership: (_parent, { input }, ctx) => handOverOwnership(ctx, input),

  proposeBankAccount: (_parent, { input }, ctx) => proposeBankAccount(ctx, input),
  confirmBankAccount: (_parent, { input }, ctx) => confirmBankAccount(ctx, input.bankAccountId),
  withdrawBankAccount: (_parent, { input }, ctx) => withdrawBankAccount(ctx, input.bankAccountId),

  createVenue: (_parent, { input }, ctx) => createVenue(ctx, input),
  updateVenue: (_parent, { input }, ctx) => updateVenue(ctx, input),
  createLayout: (_parent, { input }, ctx) => createLayout(ctx, input),
  importLayout: (_parent, { input }, ctx) => importLayout(ctx, input),
  updateLayout: (_parent, { input }, ctx) => updateLayout(ctx, input),
  deleteLayout: async (_parent, { input }, ctx) => ({ deletedId: await deleteLayout(ctx, input.layoutId) }),
  publishLayout: (_parent, { input }, ctx) => publishLayout(ctx, input),
}
