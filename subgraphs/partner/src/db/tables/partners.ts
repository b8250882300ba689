import { bytes, enumChecks, moment, searchVector } from '@tikitu/kit/postgres/columns'
import { sql } from 'drizzle-orm'
import { boolean, date, index, integer, pgTable, text, unique, uniqueIndex } from 'drizzle-orm/pg-core'

const role = () => text({ enum: ['OWNER', 'MANAGER', 'BOX_OFFICE', 'SCANNER'] }).notNull()

/** Organizers of events, from application to verified partner. Every change of a partner's members locks its row. */
export const partners = pgTable(
  'partners',
  {
    id: text().primaryKey(),
    name: text().notNull(),
    description: text(),
    website: text(),
    logo: text(),
    legalName: text().notNull(),
    registrationNumber: text().notNull(),
    taxNumber: text(),
    country: text().notNull(),
    addressLines: text().array().notNull(),
    contactEmail: text().notNull(),
    contactPhone: text(),
    status: text({
      enum: [
        'DRAFT',
        'SUBMITTED',
        'UNDER_REVIEW',
        'CHANGES_REQUESTED',
        'REJECTED',
        'VERIFIED',
        'RESTRICTED',
        'SUSPENDED',
        'TERMINATED',
      ],
    }).notNull(),
    /** The reason that staff gave for the status. */
    statusReason: text(),
    /** Whether it is restricted because a required document expired: approving a new one ends that. */
    isRestrictedForDocuments: boolean().notNull().default(false),
    /** Increases with every change of the partner or its members. Projections keep the highest. */
    version: integer().notNull().default(1),
    /** The search words of its name (A) and its legal name (B). */
    searchable: searchVector().notNull().default(''),
    /** The version of the indexing rule; 0 when not indexed yet. */
    searchRule: integer().notNull().default(0),
    createdBy: text().notNull(),
    createdAt: moment().notNull(),
    submittedAt: moment(),
    decidedAt: moment(),
  },
  (table) => [
    ...enumChecks(table),
    index('partners_status').on(table.status, table.id),
    index('partners_created_by').on(table.createdBy),
    index('partners_searchable').using('gin', table.searchable),
    index('partners_search_rule').on(table.searchRule, table.id),
  ],
)

/** Members of a partner. One role per user and partner, by a key. */
export const partnerMembers = pgTable(
  'partner_members',
  {
    id: text().primaryKey(),
    partnerId: text()
      .notNull()
      .references(() => partners.id),
    userId: text().notNull(),
    role: role(),
    joinedAt: moment().notNull(),
  },
  (table) => [
    ...enumChecks(table),
    unique('partner_members_person').on(table.partnerId, table.userId),
    index('partner_members_user').on(table.userId),
  ],
)

/** Mailed invitations. Accepting one creates the member of the same id. */
export const partnerInvitations = pgTable(
  'partner_invitations',
  {
    id: text().primaryKey(),
    partnerId: text()
      .notNull()
      .references(() => partners.id),
    email: text().notNull(),
    role: role(),
    /** The SHA-256 of the secret, which is not stored. */
    tokenHash: text().notNull().unique(),
    /** PENDING ends at `expiresAt`, although the column stays. */
    status: text({ enum: ['PENDING', 'ACCEPTED', 'REVOKED'] }).notNull(),
    invitedBy: text().notNull(),
    acceptedBy: text(),
    createdAt: moment().notNull(),
    expiresAt: moment().notNull(),
  },
  (table) => [
    ...enumChecks(table),
    index('partner_invitations_partner').on(table.partnerId),
    /** One open invitation per address. */
    uniqueIndex('partner_invitations_open').on(table.partnerId, sql`lower(email)`).where(sql`status = 'PENDING'`),
  ],
)

/** Documents of an application. The files are stored separately, so that lists do not read them. */
export const partnerDocuments = pgTable(
  'partner_documents',
  {
    id: text().primaryKey(),
    partnerId: text()
      .notNull()
      .references(() => partners.id),
    kind: text({
      enum: ['BUSINESS_REGISTRATION', 'IDENTITY', 'PROOF_OF_ADDRESS', 'TAX_CERTIFICATE', 'BANK_STATEMENT', 'OTHER'],
    }).notNull(),
    fileName: text().notNull(),
    contentType: text({ enum: ['application/pdf', 'image/jpeg', 'image/png'] }).notNull(),
    byteSize: integer().notNull(),
    sha256: text().notNull(),
    status: text({ enum: ['UPLOADED', 'PENDING_REVIEW', 'APPROVED', 'REJECTED', 'EXPIRED'] }).notNull(),
    reason: text(),
    /** The last day on which it is valid; null when it does not expire. */
    validUntil: date({ mode: 'string' }),
    uploadedBy: text().notNull(),
    uploadedAt: moment().notNull(),
    reviewedBy: text(),
    reviewedAt: moment(),
    /** When the partner was notified that it expires soon. */
    expiryNoticeAt: moment(),
    /** Where its file is stored; null while it is in `partner_document_contents`, as files were before there was a store. */
    storeKey: text(),
  },
  (table) => [
    ...enumChecks(table),
    index('partner_documents_partner').on(table.partnerId, table.id),
    index('partner_documents_running_out').on(table.validUntil).where(sql`status = 'APPROVED'`),
    index('partner_documents_ran_out').on(table.validUntil).where(sql`status = 'EXPIRED'`),
  ],
)

/** The files of older documents. */
export const partnerDocumentContents = pgTable('partner_document_contents', {
  documentId: text()
    .primaryKey()
    .references(() => partnerDocuments.id, { onDelete: 'cascade' }),
  content: bytes().notNull(),
})

/**
 * Permissions to upload a file. One file for each: the first request that comes sets `startedAt`, and only one that failed clears it. The
 * row ends when a document takes the file over, or with `expiresAt`.
 */
export const documentUploads = pgTable(
  'document_uploads',
  {
    id: text().primaryKey(),
    partnerId: text()
      .notNull()
      .references(() => partners.id),
    userId: text().notNull(),
    expiresAt: moment().notNull(),
    startedAt: moment(),
    /** When the file was stored; null before that. */
    receivedAt: moment(),
    contentType: text({ enum: ['application/pdf', 'image/jpeg', 'image/png'] }),
    byteSize: integer(),
    sha256: text(),
    createdAt: moment().notNull(),
  },
  (table) => [
    ...enumChecks(table),
    index('document_uploads_partner').on(table.partnerId),
    index('document_uploads_expiry').on(table.expiresAt),
  ],
)

export type DocumentUploadRow = typeof documentUploads.$inferSelect
export type PartnerRow = typeof partners.$inferSelect
export type PartnerMemberRow = typeof partnerMembers.$inferSelect
export type PartnerInvitationRow = typeof partnerInvitations.$inferSelect
export type PartnerDocumentRow = typeof partnerDocuments.$inferSelect
