#pragma once

#include "ui/views/view.hpp"

namespace syzygy {

/// The views of a comparison, for the table of views.
View* make_compare_reverse_view(const ViewContext& context, QWidget* parent);
View* make_compare_drift_view(const ViewContext& context, QWidget* parent);
View* make_compare_gradients_view(const ViewContext& context, QWidget* parent);
View* make_compare_precision_view(const ViewContext& context, QWidget* parent);
View* make_compare_horizon_view(const ViewContext& context, QWidget* parent);
View* make_compare_steps_view(const ViewContext& context, QWidget* parent);
View* make_compare_memory_view(const ViewContext& context, QWidget* parent);
View* make_compare_evaluations_view(const ViewContext& context, QWidget* parent);
View* make_compare_player_view(const ViewContext& context, QWidget* parent);
View* make_compare_table_view(const ViewContext& context, QWidget* parent);

}  // namespace syzygy
