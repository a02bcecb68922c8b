namespace Playground.Evaluation.Statistics;

/// <summary>How far an evaluation has come.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Done">Pictures or steps done of this stage.</param>
/// <param name="Total">Pictures or steps of this stage; null where that is not known yet.</param>
public sealed record EvaluationProgress(EvaluationStage Stage, long Done, long? Total);
