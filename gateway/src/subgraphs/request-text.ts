/** Whether the body of a request to a subgraph is a mutation. The gateway writes these bodies, with `query` first. */
export function isMutation(body: string): boolean {
  return body.startsWith('{"query":"mutation')
}
