#pragma once

#include "ui/document/orbit_scene.hpp"
#include "ui/orbit/camera.hpp"

#include <QFont>
#include <QString>

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace syzygy {

/// What of a scene is drawn.
struct OrbitLayers {
    bool observed = true, truth = true, beads = true, trails = true, velocities = true, grid = true, legend = true;
    bool corrections = true;
    bool shares = false;  ///< checkpoints are coloured by their steps' shares of the loss error, where there are some
};

/// A row of the table of layers: menus, settings.
struct OrbitLayer {
    std::string_view id;
    std::string_view label;
    std::string_view help;
    bool OrbitLayers::*shown;
};

std::span<const OrbitLayer> orbit_layers();

/// An initial velocity, from the body's initial position; in the frame's coordinates.
struct VelocityArrow {
    bool shown = false, lit = false;
    Eigen::Vector3d foot = Eigen::Vector3d::Zero(), tip = Eigen::Vector3d::Zero();
};

/// The acceleration of a correction, from the middle of the body where it is now (drawn from its rim on); in the frame's
/// coordinates. As long as the root of its size: what is a thousand times smaller is still seen.
struct CorrectionArrow {
    bool shown = false;
    Eigen::Vector3d foot = Eigen::Vector3d::Zero(), tip = Eigen::Vector3d::Zero();
};

/// Text beside the pointer while something is dragged.
struct Readout {
    QString text;
    QPointF at;
};

/// One frame of the orbit view: all that the renderer, the painter and the overlay need. A value.
struct OrbitDisplay {
    std::shared_ptr<const OrbitScene> scene;
    Camera camera;
    double time = 0;
    OrbitLayers layers;
    std::array<VelocityArrow, 3> arrows;
    std::array<CorrectionArrow, 3> corrections;
    double longest_correction = 0;  ///< length of an arrow that stands for four times half_length_correction()
    std::optional<std::size_t> lit_bead;
    QString follows;  ///< name of what the camera follows; "" where it is free
    std::optional<Readout> readout;
    std::optional<Eigen::Vector3d> held_point;  ///< an observed point being moved
    QFont font;
};

}  // namespace syzygy
