/** A REST endpoint: a persisted operation with an address. */
export interface RestEndpoint {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /**
   * Path below `/api/v1`. `{holdId}` is the variable `holdId` of the operation, or that field of its input, or else its `id`. The other
   * variables come from the query of GET and DELETE, and from the body of other methods.
   */
  path: string
  /** Name of an operation in `schema/operations`. */
  operation: string
  /** Which part of the operation's data is the body: field names, separated by dots. Absent: the first field. */
  body?: string
  /** Status of a success: 200 if absent. A 204 has no body. A 303 has none either: it leads to the URL of the `File` at `body`. */
  status?: 201 | 204 | 303
}

type More = Omit<RestEndpoint, 'method' | 'path' | 'operation'>
type Row = (path: string, operation: string, more?: More) => RestEndpoint

/** Reads. */
export const get: Row = (path, operation, more) => ({ method: 'GET', path, operation, ...more })

/** Does what the last word of the path says. */
export const post: Row = (path, operation, more) => ({ method: 'POST', path, operation, ...more })

/** Creates a resource: 201. */
export const create: Row = (path, operation, more) => post(path, operation, { status: 201, ...more })

/** Replaces a resource. */
export const put: Row = (path, operation, more) => ({ method: 'PUT', path, operation, ...more })

/** Changes the given fields. */
export const patch: Row = (path, operation, more) => ({ method: 'PATCH', path, operation, ...more })

/** Deletes a resource: 204. */
export const remove: Row = (path, operation, more) => ({ method: 'DELETE', path, operation, status: 204, ...more })
