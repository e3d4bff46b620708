import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

/**
 * What most pages share is sent in one piece: each file costs a request, and small ones compress worse alone. Code for
 * signed-in work stays out, because most visitors open the board first, and the board must stay within its budget.
 */
const signedIn = [
  'web/src/lib/(?:admin|credits|forms|plot|table)/',
  'web/src/lib/ui/Notice',
  'domain/(?:credits|identity|roles)/',
  // What of Svelte only the libraries of those pages use.
  'svelte/src/(?:reactivity/|internal/client/dom/blocks/(?:await|svelte-element)|internal/client/dom/elements/bindings/input)',
].join('|');
const shared = new RegExp(`^(?!.*(?:${signedIn})).*(?:node_modules/svelte/|web/src/lib/|/domain/)`);
const chunkGroups = [{ name: 'shared', test: shared, minShareCount: 3 }];

export default defineConfig({
  plugins: [
    tailwindcss(),
    sveltekit({
      adapter: adapter({ out: 'web/build' }),
      outDir: 'web/.svelte-kit',
      files: { src: 'web/src', assets: 'web/static' },
      // SvelteKit's own check must know the site's address at build time: docs/decisions/0016.
      csrf: { trustedOrigins: ['*'] },
      csp: {
        mode: 'nonce',
        // What depends on the environment (connections, images, form targets) is added by a hook.
        directives: {
          'default-src': ['self'],
          'script-src': ['self'],
          'style-src': ['self'],
          'style-src-attr': ['unsafe-inline'],
          'font-src': ['self'],
          'object-src': ['none'],
          'base-uri': ['self'],
          'frame-ancestors': ['none'],
        },
      },
      version: { pollInterval: 0 },
    }),
  ],
  environments: {
    client: { build: { rolldownOptions: { output: { codeSplitting: { groups: chunkGroups } } } } },
  },
  build: {
    reportCompressedSize: false,
    // The oldest browsers that know light-dark(), which the tokens need to be resolved where they are used.
    cssTarget: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
  },
});
