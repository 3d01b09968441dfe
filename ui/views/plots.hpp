#pragma once

#include "ui/views/view.hpp"

namespace syzygy {

/// The diagnostic plots, for the table of views; each in a file of its name.
View* make_step_size_view(const ViewContext& context, QWidget* parent);
View* make_checkpoints_view(const ViewContext& context, QWidget* parent);
View* make_error_view(const ViewContext& context, QWidget* parent);
View* make_residuals_view(const ViewContext& context, QWidget* parent);
View* make_radial_velocity_view(const ViewContext& context, QWidget* parent);
View* make_drift_view(const ViewContext& context, QWidget* parent);
View* make_distances_view(const ViewContext& context, QWidget* parent);
View* make_loss_view(const ViewContext& context, QWidget* parent);
View* make_masses_view(const ViewContext& context, QWidget* parent);
View* make_correlation_view(const ViewContext& context, QWidget* parent);

}  // namespace syzygy
