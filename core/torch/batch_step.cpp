#include "core/torch/batch_step.hpp"

#include "core/base/error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>

namespace syzygy::torch_ode {

namespace {

/// Smallest positive normal number of a floating type.
double smallest(at::ScalarType type)
{
    return type == at::kFloat ? static_cast<double>(std::numeric_limits<float>::min()) : std::numeric_limits<double>::min();
}

/// [n] sums over all but the first dimension.
Tensor sum_of_squares(const Tensor& x)
{
    return x.square().reshape({x.size(0), -1}).sum(1);
}

}  // namespace

SchemeOnDevice::SchemeOnDevice(const Scheme& given, const Tensor& like) : scheme(&given)
{
    const auto degree = static_cast<std::int64_t>(given.dense[0].size());
    c = torch::tensor(given.c, at::kDouble).reshape({given.rows, 1}).to(like.device());
    std::vector<double> flat;
    for (const auto& row : given.dense) flat.insert(flat.end(), row.begin(), row.end());
    dense = torch::tensor(flat, at::kDouble).reshape({given.rows, degree}).to(like.device());
}

BatchStep::BatchStep(const SchemeOnDevice& scheme, const Field& field, at::TensorList parameters, Tensor rows, const Tensor& t,
                     const Tensor& h, Tensor y, Tensor first)
    : on_device_(&scheme),
      scheme_(scheme.scheme),
      field_(&field),
      parameters_(parameters),
      rows_(std::move(rows)),
      y_(std::move(y)),
      h_column_(as_column(h, y_)),
      stage_times_((t.unsqueeze(0) + scheme.c * h.unsqueeze(0)).to(y_.scalar_type())),
      k_(static_cast<std::size_t>(scheme_->rows))
{
    k_[0] = std::move(first);
}

void BatchStep::compute()
{
    for (int row = 0; row < scheme_->stages; ++row) {
        if (row == 0 && k_[0].defined()) continue;
        set_stage(row, evaluate(row, stage_state(row)));
    }
    y1_ = stage_state(scheme_->end_stage());
}

const Tensor& BatchStep::end_stage()
{
    Tensor& k = k_[static_cast<std::size_t>(scheme_->end_stage())];
    if (!k.defined()) k = evaluate(scheme_->end_stage(), y1_);
    return k;
}

Tensor BatchStep::error_ratio(const Tensor& atol, double rtol)
{
    if (scheme_->error_uses_end_stage) end_stage();
    const Tensor scale = torch::maximum(y_.abs(), y1_.abs()).mul_(rtol).add_(atol).add_(smallest(y_.scalar_type()));
    const Tensor inverse = h_column_ / scale;
    const Tensor error = sum_of_squares(weighted_sum(scheme_->error, k_) * inverse);
    const auto count = static_cast<double>(y_.numel() / std::max<std::int64_t>(y_.size(0), 1));
    if (!scheme_->damped) return (error / count).sqrt_();
    // DOP853: err5 sqrt(err5^2 / (err5^2 + 0.01 err3^2)), both over n components.
    const Tensor damping = sum_of_squares(weighted_sum(scheme_->damping, k_) * inverse);
    const Tensor exact = (error == 0).logical_and_(damping == 0);
    return (error / ((error + 0.01 * damping) * count).sqrt_()).masked_fill_(exact, 0);
}

Tensor BatchStep::read(const Readings& inside)
{
    if (inside.of.defined()) {
        BatchStep those = select(inside.of, true);
        return those.read({{}, inside.local, inside.slot, inside.theta});
    }
    end_stage();
    compute_dense_stages();
    const Tensor weights = dense_weights(inside.theta);
    Tensor sum;
    for (int row = 0; row < scheme_->rows; ++row) {
        const auto i = static_cast<std::size_t>(row);
        if (!scheme_->is_read(row)) continue;
        const Tensor weight = as_column(weights.select(0, row), y_);
        const Tensor term = k_[i].index_select(0, inside.local) * weight;
        sum = sum.defined() ? sum + term : term;
    }
    return torch::addcmul(y_.index_select(0, inside.local), sum, h_column_.index_select(0, inside.local));
}

BatchStep BatchStep::select(const Tensor& local, bool stages) const
{
    BatchStep some = *this;
    some.rows_ = rows_.defined() ? rows_.index_select(0, local) : local;
    const auto take = [&](Tensor& of_rows) {
        if (of_rows.defined()) of_rows = of_rows.index_select(0, local);
    };
    for (Tensor* of_rows : {&some.y_, &some.y1_, &some.h_column_}) take(*of_rows);
    some.stage_times_ = stage_times_.index_select(1, local);
    for (int row = 0; row < scheme_->rows; ++row) {
        Tensor& k = some.k_[static_cast<std::size_t>(row)];
        if (stages || row == scheme_->end_stage())
            take(k);
        else
            k = Tensor();
    }
    return some;
}

Tensor BatchStep::stage_state(int row) const
{
    const Tensor sum = weighted_sum(scheme_->a[static_cast<std::size_t>(row)], k_);
    return sum.defined() ? torch::addcmul(y_, sum, h_column_) : y_;
}

Tensor BatchStep::evaluate(int row, const Tensor& state) const
{
    Tensor k = field_->rhs(stage_times_.select(0, row), state, rows_, parameters_);
    if (k.sizes() != state.sizes() || k.scalar_type() != state.scalar_type())
        throw ArgumentError("field", fmt::format("{} [{}]", c10::toString(k.scalar_type()), fmt::join(k.sizes(), ", ")),
                            fmt::format("must be of the state's type and shape, {} [{}]", c10::toString(state.scalar_type()),
                                        fmt::join(state.sizes(), ", ")));
    return k;
}

Tensor BatchStep::dense_weights(const Tensor& theta) const
{
    const std::int64_t degree = on_device_->dense.size(1);
    const Tensor powers = theta.unsqueeze(0).expand({degree, theta.size(0)}).cumprod(0);
    return on_device_->dense.matmul(powers).to(y_.scalar_type());
}

void BatchStep::compute_dense_stages()
{
    for (int row = scheme_->end_stage() + 1; row < scheme_->rows; ++row)
        if (!k_[static_cast<std::size_t>(row)].defined()) set_stage(row, evaluate(row, stage_state(row)));
}

Tensor weighted_sum(const std::vector<double>& weights, const std::vector<Tensor>& k)
{
    Tensor sum;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] == 0) continue;
        // In place: nothing of a sum is kept for its derivative.
        if (sum.defined())
            sum.add_(k[i], weights[i]);
        else
            sum = k[i] * weights[i];
    }
    return sum;
}

Tensor as_column(const Tensor& of_rows, const Tensor& state)
{
    std::vector<std::int64_t> shape(static_cast<std::size_t>(state.dim()), 1);
    shape[0] = of_rows.size(0);
    return of_rows.to(state.scalar_type()).reshape(shape);
}

}  // namespace syzygy::torch_ode
