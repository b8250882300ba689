/** A transfer from bank to bank, where one was made. */
export function transferOf(reference: string | null, sentOn: string | null) {
  return reference === null || sentOn === null ? null : { reference, sentOn }
}
