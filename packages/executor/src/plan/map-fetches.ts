import type { FetchNode, PlanNode } from '@apollo/query-planner'

/** Replaces each fetch of a plan. */
export function mapFetches(node: PlanNode, map: (fetch: FetchNode) => PlanNode): PlanNode {
  const inner = (child: PlanNode): PlanNode => mapFetches(child, map)
  switch (node.kind) {
    case 'Fetch':
      return map(node)
    case 'Flatten':
      return { ...node, node: inner(node.node) }
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map(inner) }
    case 'Condition':
      return {
        ...node,
        ...(node.ifClause && { ifClause: inner(node.ifClause) }),
        ...(node.elseClause && { elseClause: inner(node.elseClause) }),
      }
    case 'Defer':
      return node
  }
}
