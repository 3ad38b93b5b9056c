// Drawn here, so that nothing is fetched: each has a shape of its own, for eyes that tell no red from green.
import type { ComponentChildren } from "preact";

function Icon({ children }: { readonly children: ComponentChildren }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const Snow = () => <Icon><path d="M12 2v20M3.3 7l17.4 10M20.7 7 3.3 17M9.5 3.5 12 6l2.5-2.5M9.5 20.5 12 18l2.5 2.5" /></Icon>;
export const ScanIcon = () => <Icon><path d="M3 8V4h4M17 4h4v4M21 16v4h-4M7 20H3v-4M7 8v8M11 8v8M14 8v8M17 8v8" /></Icon>;
export const BoardIcon = () => <Icon><path d="M3 4h18v16H3zM3 9h18M9 9v11" /></Icon>;
export const DewarIcon = () => <Icon><path d="M8 3h8v4l2 2v12H6V9l2-2zM6 13h12" /></Icon>;
export const CameraIcon = () => <Icon><path d="M3 8h4l2-3h6l2 3h4v11H3z" /><circle cx="12" cy="13" r="3.5" /></Icon>;
export const PhotoIcon = () => <Icon><path d="M3 5h18v14H3zM3 16l5-5 5 5 3-3 5 5" /><circle cx="16" cy="9" r="1.5" /></Icon>;
export const KeysIcon = () => <Icon><path d="M2 6h20v12H2zM6 10h.01M10 10h.01M14 10h.01M18 10h.01M7 14h10" /></Icon>;
export const Back = () => <Icon><path d="M15 5l-7 7 7 7" /></Icon>;
export const Check = () => <Icon><path d="M4 12.5 9.5 18 20 6.5" /></Icon>;
export const Cross = () => <Icon><path d="M5 5l14 14M19 5 5 19" /></Icon>;
export const Hourglass = () => <Icon><path d="M6 3h12M6 21h12M7 3c0 5 4 6 5 9 1-3 5-4 5-9M7 21c0-5 4-6 5-9 1 3 5 4 5 9" /></Icon>;
export const Lock = () => <Icon><path d="M5 11h14v10H5zM8 11V7a4 4 0 0 1 8 0v4" /></Icon>;
export const Moon = () => <Icon><path d="M20 14A8 8 0 0 1 10 4a8 8 0 1 0 10 10z" /></Icon>;
export const PenIcon = () => <Icon><path d="M4 20l1-5L16 4l4 4L9 19zM13 7l4 4" /></Icon>;
export const Person = () => <Icon><circle cx="12" cy="8" r="4" /><path d="M4 21c1-5 4-7 8-7s7 2 8 7" /></Icon>;
export const Torch = () => <Icon><path d="M7 3h10v4l-2 3v11H9V10L7 7zM12 13v3" /></Icon>;
