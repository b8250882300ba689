/**
 * A message in an inbox and its delivery that staff see are one row. They are two types of the graph, so each has an id of its own:
 * `inb_…` and `ntf_…` with the same UUID inside.
 */
export function inboxIdOf(notificationId: string): string {
  return notificationId.replace(/^ntf_/, 'inb_')
}

/** The row behind an inbox message's id. What is no such id finds no row. */
export function notificationIdOf(inboxId: string): string {
  return inboxId.startsWith('inb_') ? inboxId.replace('inb_', 'ntf_') : ''
}
