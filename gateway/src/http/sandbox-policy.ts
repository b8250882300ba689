const apollo = 'https://*.apollographql.com'

/** The content security policy of the Sandbox page: Apollo's scripts and frame, and nothing else from other origins. */
export const sandboxPolicy = [
  "default-src 'self'",
  `script-src 'self' 'unsafe-inline' ${apollo}`,
  `style-src 'self' 'unsafe-inline' ${apollo} https://fonts.googleapis.com`,
  `font-src 'self' https://fonts.gstatic.com`,
  `img-src 'self' data: ${apollo}`,
  `connect-src 'self' ${apollo}`,
  `manifest-src 'self' ${apollo}`,
  `frame-src ${apollo}`,
  "frame-ancestors 'none'",
].join('; ')
