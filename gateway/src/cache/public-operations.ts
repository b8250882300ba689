/** Operations whose answers were the same for everybody lately. */
export interface PublicOperations {
  /** Whether the operation in a request's body is one. Nothing is looked up, and nobody waits, for the others. */
  has: (body: string) => boolean
  learn: (body: string, isPublic: boolean) => void
}

const maxOperations = 2_000
/** An answer may be for one caller alone although the operation's others are not: a draft, say. */
const patience = 8

/** Learns from answers which operations are worth looking up. */
export function createPublicOperations(): PublicOperations {
  const known = new Map<string, number>()
  return {
    has: (body) => known.size > 0 && known.has(operationIn(body)),
    learn: (body, isPublic) => {
      const operation = operationIn(body)
      const left = isPublic ? patience : (known.get(operation) ?? 1) - 1
      if (left === 0) return void known.delete(operation)
      // A copy: a slice would keep the whole body alive.
      if (!known.has(operation) && known.size >= maxOperations) known.delete(known.keys().next().value ?? '')
      known.set(Buffer.from(operation).toString(), left)
    },
  }
}

/** The text, without variables. The gateway writes these bodies: quotes within the text are escaped. */
function operationIn(body: string): string {
  const end = body.indexOf(',"variables":{')
  return end === -1 ? body : body.slice(0, end)
}
