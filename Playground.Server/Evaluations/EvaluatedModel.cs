using Playground.Core.Checkpoints;

namespace Playground.Server.Evaluations;

/// <summary>The model whose images are evaluated.</summary>
/// <param name="Reference">By which requests name it, and the engine finds it: for a training's checkpoint not its folder's name.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Summary">What is known of it.</param>
internal sealed record EvaluatedModel(string Reference, string Title, ModelSummary Summary);
