import openapiTS, { astToString } from 'openapi-typescript'

/** A code generator's plugin: the types of the REST API, for `openapi-fetch`. */
export async function plugin(): Promise<string> {
  const document = new URL('../schema/openapi.json', import.meta.url)
  return astToString(await openapiTS(document, { defaultNonNullable: false }))
}
