const apollo = 'https://*.apollographql.com'

/** What the page that embeds Apollo Sandbox may load: Apollo's own scripts and frame, and nothing else from elsewhere. */
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
