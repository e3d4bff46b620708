/** An attachment that reports whether any of an element's children is visible, now and on every change. */
export function watchSight(tell: (isInSight: boolean) => void): (element: Element) => () => void {
  return (element) => {
    const observer = new IntersectionObserver(([entry]) => entry && tell(entry.isIntersecting));
    const [child] = element.children;
    if (child) observer.observe(child);
    return () => observer.disconnect();
  };
}
