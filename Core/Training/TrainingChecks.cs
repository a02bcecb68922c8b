using System.Globalization;

namespace Playground.Core.Training;

/// <summary>One value that cannot be used: the setting's name in camelCase, and what is allowed.</summary>
public sealed record TrainingProblem(string Setting, string Message);

/// <summary>Checks a training's options.</summary>
public static class TrainingChecks
{
    extension(TrainingOptions options)
    {
        /// <exception cref="PlaygroundException">Names the first value out of its range.</exception>
        public void Validate()
        {
            if (options.Problems() is [var problem, ..]) throw new PlaygroundException(problem.Message);
        }

        /// <summary>Every value that is out of its range; empty when fine.</summary>
        public IReadOnlyList<TrainingProblem> Problems() =>
        [
            .. from setting in Setting.Of<TrainingOptions>()
               let name = setting.Flag.TrimStart('-')
               let message = setting.Name switch
               {
                   "betaStart" => options.BetaStartProblem,
                   "betaEnd" => options.Betas.End < 1
                       ? null
                       : $"{name} is {Setting.Text(options.Betas.End)}; it must be {setting.Allowed}.",
                   _ => setting.ProblemOf(options, name),
               }
               where message is not null
               select new TrainingProblem(setting.Name, message),
        ];

        // What is allowed at the start depends on the end.
        private string? BetaStartProblem => options.Betas is { Start: > 0 and < 1 } betas && betas.Start <= betas.End
            ? null
            : string.Create(CultureInfo.InvariantCulture,
                $"beta-start is {options.Betas.Start}; it must be above 0 and at most beta-end, {options.Betas.End}.");
    }
}
