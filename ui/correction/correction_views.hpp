#pragma once

#include "ui/views/view.hpp"

namespace syzygy {

/// The views of a correction, for the table of views; each in a file of its name.
View* make_correction_force_view(const ViewContext& context, QWidget* parent);
View* make_correction_share_view(const ViewContext& context, QWidget* parent);
View* make_training_view(const ViewContext& context, QWidget* parent);
View* make_ablation_view(const ViewContext& context, QWidget* parent);

/// What a view of a correction says where there is none: how to get one.
QString how_to_correct();
/// The same, where one was chosen: why it is not there.
QString why_no_correction(const Session& session);

}  // namespace syzygy
