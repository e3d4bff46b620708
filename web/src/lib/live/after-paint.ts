/** Waits until the page is drawn and has loaded what it was drawn with, so that what comes now keeps nobody waiting. */
export async function afterPaint(): Promise<void> {
  if (document.readyState !== 'complete')
    await new Promise((resolve) => addEventListener('load', resolve, { once: true }));
  await new Promise((resolve) => setTimeout(resolve));
}
