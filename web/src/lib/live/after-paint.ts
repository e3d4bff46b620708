/** Waits until the page is painted and its resources are loaded, so later loading delays nothing. */
export async function afterPaint(): Promise<void> {
  if (document.readyState !== 'complete')
    await new Promise((resolve) => addEventListener('load', resolve, { once: true }));
  await new Promise((resolve) => setTimeout(resolve));
}
