/** Whether the body of a request to a subgraph holds a mutation. The gateway writes these bodies: `query` comes first. */
export function isMutation(body: string): boolean {
  return body.startsWith('{"query":"mutation')
}
