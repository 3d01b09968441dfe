#pragma once

namespace syzygy {

/// From now on the wheel changes no value of a widget that has not the focus, in no window of the program: it goes on to what
/// lies around the widget, mostly a scroll area. Combo boxes, spin boxes, sliders and tab bars are such widgets; nor does the
/// wheel give them the focus. Needs the QApplication; a second call does nothing.
void guard_wheel();

}  // namespace syzygy
