import { isId } from '@tikitu/kit/base/ids'

/** An object of another service, by its id. */
export interface Reference {
  id: string
}

/** The user whose id that is; null for a service, `anonymous`, and whatever else is no user's id. */
export function userOf(id: string): Reference | null {
  return isId('usr', id) ? { id } : null
}

/** The partner whose tenant or scope that is; null for `platform`. */
export function partnerOf(tenant: string): Reference | null {
  return isId('ptr', tenant) ? { id: tenant } : null
}
