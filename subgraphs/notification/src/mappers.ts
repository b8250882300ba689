/** Which row stands behind which GraphQL type: read by the code generator. */
export const mappers = {
  Device: '../db/tables/people.ts#DeviceRow',
  InboxConnection: '../domain/inbox/list-inbox.ts#InboxPage',
  InboxMessage: '../db/tables/notifications.ts#NotificationRow',
  Notification: '../db/tables/notifications.ts#NotificationRow',
  NotificationStep: '../db/tables/notifications.ts#NotificationStepRow',
  NotificationTemplate: '../domain/templates/find-template.ts#TemplateInUse',
  SuppressedAddress: '../db/tables/people.ts#SuppressionRow',
  User: '../domain/inbox/list-inbox.ts#InboxOwner',
}
