/** The row types behind GraphQL types. Read by the code generator. */
export const mappers = {
  BankAccount: '../db/tables/bank.ts#BankAccountRow',
  DocumentUpload: '../domain/documents/document-uploads.ts#UploadTarget',
  Layout: '../db/tables/venues.ts#LayoutRow',
  Partner: '../db/tables/partners.ts#PartnerRow',
  PartnerApplication: '../db/tables/partners.ts#PartnerRow',
  PartnerDocument: '../db/tables/partners.ts#PartnerDocumentRow',
  PartnerInvitation: '../db/tables/partners.ts#PartnerInvitationRow',
  PartnerMember: '../db/tables/partners.ts#PartnerMemberRow',
  Venue: '../db/tables/venues.ts#VenueRow',
}
