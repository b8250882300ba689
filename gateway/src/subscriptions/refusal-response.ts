import type { LoadRefusal } from '../http/shed-load.ts'
import type { HttpResponse } from './start-operation.ts'

/** The response to an operation that is refused because too many run. */
export function refusalResponse({ status, error: { message, ...extensions } }: LoadRefusal): HttpResponse {
  return { status, headers: [['retry-after', '1']], text: JSON.stringify({ errors: [{ message, extensions }] }) }
}
