/** As an attachment: tells whether any of an element's children can be seen, now and each time that changes. */
export function watchSight(tell: (isInSight: boolean) => void): (element: Element) => () => void {
  return (element) => {
    const observer = new IntersectionObserver(([entry]) => entry && tell(entry.isIntersecting));
    const [child] = element.children;
    if (child) observer.observe(child);
    return () => observer.disconnect();
  };
}
