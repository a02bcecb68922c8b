using Playground.Core.Schedules;

namespace Playground.Core.Training;

/// <summary>What follows from a training's options at each of its steps.</summary>
public static class TrainingFormulas
{
    // β of Ho et al. 2020, for T = 1000; for another T they are scaled by 1000/T, so that the last timestep stays as noisy.
    private const double BetaStartOf1000 = 1e-4, BetaEndOf1000 = 0.02;

    extension(TrainingOptions options)
    {
        /// <summary><see cref="TrainingOptions.BatchSize"/> times <see cref="TrainingOptions.Accumulate"/>.</summary>
        public int ExamplesPerStep => options.BatchSize * options.Accumulate;

        /// <summary>β at the first and at the last timestep.</summary>
        internal (double Start, double End) Betas
        {
            get
            {
                var end = options.BetaEnd ?? Math.Min(BetaEndOf1000 * 1000 / options.Timesteps, 0.999);
                return (options.BetaStart ?? Math.Min(BetaStartOf1000 * 1000 / options.Timesteps, end), end);
            }
        }

        /// <summary>These options with the parameterization and the schedule of a model that is trained further.</summary>
        public TrainingOptions With(SchedulerConfig scheduler) => options with
        {
            Prediction = scheduler.PredictionType,
            Schedule = scheduler.BetaSchedule,
            Timesteps = scheduler.NumTrainTimesteps,
            BetaStart = scheduler.BetaStart,
            BetaEnd = scheduler.BetaEnd,
        };

        /// <summary>The learning rate of step <paramref name="step"/>, 0-based.</summary>
        public double LearningRateAt(long step)
        {
            if (step < options.WarmupSteps) return options.LearningRate * (step + 1) / options.WarmupSteps;
            if (!options.Cosine) return options.LearningRate;
            var progress = Math.Min(1, (step - options.WarmupSteps) / (double)Math.Max(1, options.Steps - options.WarmupSteps));
            return options.LearningRate * 0.5 * (1 + Math.Cos(Math.PI * progress));
        }

        /// <summary>
        /// The decay of the average's update <paramref name="update"/>, 0-based. With n = update −
        /// <see cref="TrainingOptions.EmaUpdateAfterStep"/>: 0 while n &lt; 0; then (1+n)/(10+n) for <c>ramp</c>,
        /// 1 − (1 + n/inv_gamma)^−power for <c>power</c> (diffusers' EMAModel with use_ema_warmup); at most
        /// <see cref="TrainingOptions.Ema"/>.
        /// </summary>
        public double EmaDecayAt(long update)
        {
            var n = (double)(update - options.EmaUpdateAfterStep);
            if (n < 0) return 0;
            return Math.Min(options.Ema, options.EmaWarmup == WeightAverage.Ramp
                ? (1 + n) / (10 + n)
                : 1 - Math.Pow(1 + n / options.EmaInvGamma, -options.EmaPower));
        }

        /// <summary>The schedule and the parameterization as the trained model's <c>scheduler_config.json</c> tells them.</summary>
        public SchedulerConfig ToSchedulerConfig() => new()
        {
            // Without clipping: DDIM takes x₀ clipped and ε as it is, and under guidance the two then drift apart.
            ClipSample = false,
            PredictionType = options.Prediction,
            BetaSchedule = options.Schedule,
            NumTrainTimesteps = options.Timesteps,
            BetaStart = (float)options.Betas.Start,
            BetaEnd = (float)options.Betas.End,
        };
    }
}
