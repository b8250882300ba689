import { orRefusal } from '@tikitu/kit/errors'
import { acceptInvitation } from '../domain/accept-invitation.ts'
import { applyAsPartner } from '../domain/apply-as-partner.ts'
import { changeMemberRole } from '../domain/change-member-role.ts'
import { confirmBankAccount } from '../domain/confirm-bank-account.ts'
import { createLayout } from '../domain/create-layout.ts'
import { createVenue } from '../domain/create-venue.ts'
import { deleteLayout } from '../domain/delete-layout.ts'
import { handOverOwnership } from '../domain/hand-over-ownership.ts'
import { importLayout } from '../domain/import-layout.ts'
import { inviteMember } from '../domain/invite-member.ts'
import { reinstatePartner, restrictPartner, suspendPartner, terminatePartner } from '../domain/partner-standing.ts'
import { proposeBankAccount } from '../domain/propose-bank-account.ts'
import { publishLayout } from '../domain/publish-layout.ts'
import { removePartnerDocument } from '../domain/remove-document.ts'
import { removeMember } from '../domain/remove-member.ts'
import {
  approvePartner,
  rejectPartner,
  requestPartnerChanges,
  startPartnerReview,
} from '../domain/review-application.ts'
import { approvePartnerDocument, rejectPartnerDocument } from '../domain/review-document.ts'
import { revokeInvitation } from '../domain/revoke-invitation.ts'
import { submitPartnerApplication } from '../domain/submit-application.ts'
import { updateLayout } from '../domain/update-layout.ts'
import { updatePartner } from '../domain/update-partner.ts'
import { updateVenue } from '../domain/update-venue.ts'
import { uploadPartnerDocument } from '../domain/upload-document.ts'
import { withdrawBankAccount } from '../domain/withdraw-bank-account.ts'
import {
  AlreadyMember,
  DocumentsMissing,
  DocumentsUnreviewed,
  InvitationForAnotherAddress,
  InvitationUnusable,
  LastOwner,
  LayoutInvalid,
  MemberTooNew,
  RoleTooHigh,
  SecondPersonNeeded,
  TooManyApplications,
} from '../errors.ts'
import type { MutationResolvers } from '../generated/resolvers.ts'

export const Mutation: MutationResolvers = {
  applyAsPartner: (_parent, { input }, ctx) => orRefusal(applyAsPartner(ctx, input), TooManyApplications),
  updatePartner: (_parent, { input }, ctx) => updatePartner(ctx, input),
  uploadPartnerDocument: (_parent, { input }, ctx) => uploadPartnerDocument(ctx, input),
  removePartnerDocument: (_parent, { input }, ctx) => removePartnerDocument(ctx, input.documentId),
  submitPartnerApplication: (_parent, { input }, ctx) =>
    orRefusal(submitPartnerApplication(ctx, input.partnerId), DocumentsMissing),

  startPartnerReview: (_parent, { input }, ctx) => startPartnerReview(ctx, input),
  approvePartnerDocument: (_parent, { input }, ctx) => approvePartnerDocument(ctx, input),
  rejectPartnerDocument: (_parent, { input }, ctx) => rejectPartnerDocument(ctx, input),
  approvePartner: (_parent, { input }, ctx) =>
    orRefusal(approvePartner(ctx, input), DocumentsMissing, DocumentsUnreviewed),
  requestPartnerChanges: (_parent, { input }, ctx) => requestPartnerChanges(ctx, input),
  rejectPartner: (_parent, { input }, ctx) => rejectPartner(ctx, input),
  restrictPartner: (_parent, { input }, ctx) => restrictPartner(ctx, input),
  suspendPartner: (_parent, { input }, ctx) => suspendPartner(ctx, input),
  reinstatePartner: (_parent, { input }, ctx) => reinstatePartner(ctx, input),
  terminatePartner: (_parent, { input }, ctx) => terminatePartner(ctx, input),

  inviteMember: (_parent, { input }, ctx) => orRefusal(inviteMember(ctx, input), RoleTooHigh, AlreadyMember),
  revokeInvitation: (_parent, { input }, ctx) => revokeInvitation(ctx, input.invitationId),
  acceptInvitation: (_parent, { input }, ctx) =>
    orRefusal(acceptInvitation(ctx, input.token), InvitationUnusable, InvitationForAnotherAddress, AlreadyMember),
  changeMemberRole: (_parent, { input }, ctx) => orRefusal(changeMemberRole(ctx, input), RoleTooHigh, LastOwner),
  removeMember: (_parent, { input }, ctx) => orRefusal(removeMember(ctx, input.memberId), RoleTooHigh, LastOwner),
  handOverOwnership: (_parent, { input }, ctx) => handOverOwnership(ctx, input),

  proposeBankAccount: (_parent, { input }, ctx) => proposeBankAccount(ctx, input),
  confirmBankAccount: (_parent, { input }, ctx) =>
    orRefusal(confirmBankAccount(ctx, input.bankAccountId), SecondPersonNeeded, MemberTooNew),
  withdrawBankAccount: (_parent, { input }, ctx) => withdrawBankAccount(ctx, input.bankAccountId),

  createVenue: (_parent, { input }, ctx) => createVenue(ctx, input),
  updateVenue: (_parent, { input }, ctx) => updateVenue(ctx, input),
  createLayout: (_parent, { input }, ctx) => orRefusal(createLayout(ctx, input), LayoutInvalid),
  importLayout: (_parent, { input }, ctx) => orRefusal(importLayout(ctx, input), LayoutInvalid),
  updateLayout: (_parent, { input }, ctx) => orRefusal(updateLayout(ctx, input), LayoutInvalid),
  deleteLayout: (_parent, { input }, ctx) => deleteLayout(ctx, input.layoutId),
  publishLayout: (_parent, { input }, ctx) => orRefusal(publishLayout(ctx, input), LayoutInvalid),
}
