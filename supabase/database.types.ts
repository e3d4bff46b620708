// Generated from the migrations by dev/database/generate-types.ts. Do not edit.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  public: {
    Tables: {
      audit_log: {
        Row: {
          action: string;
          actor_id: string | null;
          after: Json | null;
          before: Json | null;
          id: string;
          occurred_at: string;
          source: string;
          subject: string;
          subject_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          action: string;
          actor_id?: string | null;
          after?: Json | null;
          before?: Json | null;
          id?: string;
          occurred_at?: string;
          source: string;
          subject: string;
          subject_id?: string | null;
        };
        Update: {
          action?: string;
          actor_id?: string | null;
          after?: Json | null;
          before?: Json | null;
          id?: string;
          occurred_at?: string;
          source?: string;
          subject?: string;
          subject_id?: string | null;
        };
        Relationships: [];
      };
      boards: {
        Row: {
          announces_ranks: boolean;
          awards_tiers: boolean;
          close_grace: string;
          created_at: string;
          id: number;
          is_active: boolean;
          kind: string;
          late_policy: string;
          metrics: string[] | null;
          name: string;
          rank_news_min_places: number;
          rank_news_top: number;
          slug: string;
          time_zone: string;
          title_hold_refreshes: number;
        };
        ComputedFields: never;
        Insert: {
          announces_ranks?: boolean;
          awards_tiers?: boolean;
          close_grace?: string;
          created_at?: string;
          id?: never;
          is_active?: boolean;
          kind: string;
          late_policy?: string;
          metrics?: string[] | null;
          name: string;
          rank_news_min_places?: number;
          rank_news_top?: number;
          slug: string;
          time_zone?: string;
          title_hold_refreshes?: number;
        };
        Update: {
          announces_ranks?: boolean;
          awards_tiers?: boolean;
          close_grace?: string;
          created_at?: string;
          id?: never;
          is_active?: boolean;
          kind?: string;
          late_policy?: string;
          metrics?: string[] | null;
          name?: string;
          rank_news_min_places?: number;
          rank_news_top?: number;
          slug?: string;
          time_zone?: string;
          title_hold_refreshes?: number;
        };
        Relationships: [];
      };
      credit_accounts: {
        Row: {
          balance: number;
          credit_type: string;
          id: number;
          kind: string;
          player_id: string | null;
          version: number;
        };
        ComputedFields: never;
        Insert: {
          balance?: number;
          credit_type: string;
          id?: never;
          kind: string;
          player_id?: string | null;
          version?: number;
        };
        Update: {
          balance?: number;
          credit_type?: string;
          id?: never;
          kind?: string;
          player_id?: string | null;
          version?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'credit_accounts_credit_type_fkey';
            columns: ['credit_type'];
            isOneToOne: false;
            referencedRelation: 'credit_policies';
            referencedColumns: ['credit_type'];
          },
          {
            foreignKeyName: 'credit_accounts_player_id_fkey';
            columns: ['player_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
        ];
      };
      credit_bulk_decisions: {
        Row: {
          comment: string | null;
          created_at: string;
          decided_by: string;
          decision: string;
          id: string;
          mode: string;
          source: string;
          undone_at: string | null;
          undone_by: string | null;
        };
        ComputedFields: never;
        Insert: {
          comment?: string | null;
          created_at?: string;
          decided_by: string;
          decision: string;
          id?: string;
          mode: string;
          source: string;
          undone_at?: string | null;
          undone_by?: string | null;
        };
        Update: {
          comment?: string | null;
          created_at?: string;
          decided_by?: string;
          decision?: string;
          id?: string;
          mode?: string;
          source?: string;
          undone_at?: string | null;
          undone_by?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'credit_bulk_decisions_decided_by_fkey';
            columns: ['decided_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'credit_bulk_decisions_undone_by_fkey';
            columns: ['undone_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
        ];
      };
      credit_bulk_results: {
        Row: {
          bulk_id: string;
          outcome: string;
          position: number;
          refusal: Json | null;
          request_id: string;
          undo_refusal: Json | null;
          undo_transfer_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          bulk_id: string;
          outcome: string;
          position: number;
          refusal?: Json | null;
          request_id: string;
          undo_refusal?: Json | null;
          undo_transfer_id?: string | null;
        };
        Update: {
          bulk_id?: string;
          outcome?: string;
          position?: number;
          refusal?: Json | null;
          request_id?: string;
          undo_refusal?: Json | null;
          undo_transfer_id?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'credit_bulk_results_bulk_id_fkey';
            columns: ['bulk_id'];
            isOneToOne: false;
            referencedRelation: 'credit_bulk_decisions';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'credit_bulk_results_undo_transfer_id_fkey';
            columns: ['undo_transfer_id'];
            isOneToOne: false;
            referencedRelation: 'credit_transfers';
            referencedColumns: ['id'];
          },
        ];
      };
      credit_decisions: {
        Row: {
          comment: string | null;
          decided_at: string;
          decided_by: string | null;
          decision: string;
          id: string;
          is_fallback: boolean;
          is_final: boolean;
          on_behalf_of: string | null;
          request_id: string;
          source: string;
        };
        ComputedFields: never;
        Insert: {
          comment?: string | null;
          decided_at?: string;
          decided_by?: string | null;
          decision: string;
          id?: string;
          is_fallback?: boolean;
          is_final: boolean;
          on_behalf_of?: string | null;
          request_id: string;
          source: string;
        };
        Update: {
          comment?: string | null;
          decided_at?: string;
          decided_by?: string | null;
          decision?: string;
          id?: string;
          is_fallback?: boolean;
          is_final?: boolean;
          on_behalf_of?: string | null;
          request_id?: string;
          source?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'credit_decisions_decided_by_fkey';
            columns: ['decided_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'credit_decisions_on_behalf_of_fkey';
            columns: ['on_behalf_of'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'credit_decisions_request_id_fkey';
            columns: ['request_id'];
            isOneToOne: false;
            referencedRelation: 'credit_requests';
            referencedColumns: ['id'];
          },
        ];
      };
      credit_entries: {
        Row: {
          account_id: number;
          account_version: number;
          amount: number;
          balance_after: number;
          balance_before: number;
          id: number;
          transfer_id: string;
        };
        ComputedFields: never;
        Insert: {
          account_id: number;
          account_version: number;
          amount: number;
          balance_after: number;
          balance_before: number;
          id?: never;
          transfer_id: string;
        };
        Update: {
          account_id?: number;
          account_version?: number;
          amount?: number;
          balance_after?: number;
          balance_before?: number;
          id?: never;
          transfer_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'credit_entries_account_id_fkey';
            columns: ['account_id'];
            isOneToOne: false;
            referencedRelation: 'credit_accounts';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'credit_entries_transfer_id_fkey';
            columns: ['transfer_id'];
            isOneToOne: false;
            referencedRelation: 'credit_transfers';
            referencedColumns: ['id'];
          },
        ];
      };
      credit_lots: {
        Row: {
          available: number;
          credit_type: string;
          expires_at: string | null;
          granted: number;
          held: number;
          id: number;
          player_id: string;
          transfer_id: string;
        };
        ComputedFields: never;
        Insert: {
          available: number;
          credit_type: string;
          expires_at?: string | null;
          granted: number;
          held?: number;
          id?: never;
          player_id: string;
          transfer_id: string;
        };
        Update: {
          available?: number;
          credit_type?: string;
          expires_at?: string | null;
          granted?: number;
          held?: number;
          id?: never;
          player_id?: string;
          transfer_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'credit_lots_credit_type_fkey';
            columns: ['credit_type'];
            isOneToOne: false;
            referencedRelation: 'credit_policies';
            referencedColumns: ['credit_type'];
          },
          {
            foreignKeyName: 'credit_lots_player_id_fkey';
            columns: ['player_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'credit_lots_transfer_id_fkey';
            columns: ['transfer_id'];
            isOneToOne: true;
            referencedRelation: 'credit_transfers';
            referencedColumns: ['id'];
          },
        ];
      };
      credit_policies: {
        Row: {
          credit_type: string;
        };
        ComputedFields: never;
        Insert: {
          credit_type: string;
        };
        Update: {
          credit_type?: string;
        };
        Relationships: [];
      };
      credit_requests: {
        Row: {
          amount: number;
          closed_at: string | null;
          created_at: string;
          credit_type: string;
          decided_version_id: number | null;
          escalate_at: string | null;
          escalated_at: string | null;
          escalated_to_player: string | null;
          escalated_to_role: string | null;
          expires_at: string;
          grant_expires_at: string | null;
          id: string;
          kind: string;
          player_id: string;
          policy_version_id: number | null;
          proposed_by: string | null;
          reason: string;
          remind_at: string;
          reminded_at: string | null;
          requester_notice: string | null;
          reverses: string | null;
          source: string;
          state: string;
          transfer_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          amount: number;
          closed_at?: string | null;
          created_at?: string;
          credit_type: string;
          decided_version_id?: number | null;
          escalate_at?: string | null;
          escalated_at?: string | null;
          escalated_to_player?: string | null;
          escalated_to_role?: string | null;
          expires_at: string;
          grant_expires_at?: string | null;
          id?: string;
          kind?: string;
          player_id: string;
          policy_version_id?: number | null;
          proposed_by?: string | null;
          reason: string;
          remind_at: string;
          reminded_at?: string | null;
          requester_notice?: string | null;
          reverses?: string | null;
          source: string;
          state?: string;
          transfer_id?: string | null;
        };
        Update: {
          amount?: number;
          closed_at?: string | null;
          created_at?: string;
          credit_type?: string;
          decided_version_id?: number | null;
          escalate_at?: string | null;
          escalated_at?: string | null;
          escalated_to_player?: string | null;
          escalated_to_role?: string | null;
          expires_at?: string;
          grant_expires_at?: string | null;
          id?: string;
          kind?: string;
          player_id?: string;
          policy_version_id?: number | null;
          proposed_by?: string | null;
          reason?: string;
          remind_at?: string;
          reminded_at?: string | null;
          requester_notice?: string | null;
          reverses?: string | null;
          source?: string;
          state?: string;
          transfer_id?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'credit_requests_credit_type_fkey';
            columns: ['credit_type'];
            isOneToOne: false;
            referencedRelation: 'credit_policies';
            referencedColumns: ['credit_type'];
          },
          {
            foreignKeyName: 'credit_requests_escalated_to_player_fkey';
            columns: ['escalated_to_player'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'credit_requests_player_id_fkey';
            columns: ['player_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'credit_requests_proposed_by_fkey';
            columns: ['proposed_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'credit_requests_reverses_fkey';
            columns: ['reverses'];
            isOneToOne: false;
            referencedRelation: 'credit_transfers';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'credit_requests_transfer_id_fkey';
            columns: ['transfer_id'];
            isOneToOne: true;
            referencedRelation: 'credit_transfers';
            referencedColumns: ['id'];
          },
        ];
      };
      credit_transfers: {
        Row: {
          actor_id: string | null;
          amount: number;
          created_at: string;
          credit_type: string;
          hold_id: string | null;
          id: string;
          idempotency_key: string;
          kind: string;
          player_id: string;
          reason: string | null;
          request_id: string | null;
          reversal_of: string | null;
          source: string | null;
        };
        ComputedFields: never;
        Insert: {
          actor_id?: string | null;
          amount: number;
          created_at?: string;
          credit_type: string;
          hold_id?: string | null;
          id?: string;
          idempotency_key: string;
          kind: string;
          player_id: string;
          reason?: string | null;
          request_id?: string | null;
          reversal_of?: string | null;
          source?: string | null;
        };
        Update: {
          actor_id?: string | null;
          amount?: number;
          created_at?: string;
          credit_type?: string;
          hold_id?: string | null;
          id?: string;
          idempotency_key?: string;
          kind?: string;
          player_id?: string;
          reason?: string | null;
          request_id?: string | null;
          reversal_of?: string | null;
          source?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'credit_transfers_actor_id_fkey';
            columns: ['actor_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'credit_transfers_credit_type_fkey';
            columns: ['credit_type'];
            isOneToOne: false;
            referencedRelation: 'credit_policies';
            referencedColumns: ['credit_type'];
          },
          {
            foreignKeyName: 'credit_transfers_hold_id_fkey';
            columns: ['hold_id'];
            isOneToOne: false;
            referencedRelation: 'credit_transfers';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'credit_transfers_player_id_fkey';
            columns: ['player_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'credit_transfers_request_id_fkey';
            columns: ['request_id'];
            isOneToOne: false;
            referencedRelation: 'credit_requests';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'credit_transfers_reversal_of_fkey';
            columns: ['reversal_of'];
            isOneToOne: false;
            referencedRelation: 'credit_transfers';
            referencedColumns: ['id'];
          },
        ];
      };
      discord_links: {
        Row: {
          discord_avatar_url: string | null;
          discord_display_name: string | null;
          discord_user_id: string;
          discord_username: string;
          linked_at: string;
          linked_by: string | null;
          player_id: string;
          scopes: string[];
        };
        ComputedFields: never;
        Insert: {
          discord_avatar_url?: string | null;
          discord_display_name?: string | null;
          discord_user_id: string;
          discord_username: string;
          linked_at?: string;
          linked_by?: string | null;
          player_id: string;
          scopes?: string[];
        };
        Update: {
          discord_avatar_url?: string | null;
          discord_display_name?: string | null;
          discord_user_id?: string;
          discord_username?: string;
          linked_at?: string;
          linked_by?: string | null;
          player_id?: string;
          scopes?: string[];
        };
        Relationships: [
          {
            foreignKeyName: 'discord_links_linked_by_fkey';
            columns: ['linked_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'discord_links_player_id_fkey';
            columns: ['player_id'];
            isOneToOne: true;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
        ];
      };
      guilds: {
        Row: {
          announcements_channel_id: string | null;
          approvals_channel_id: string | null;
          created_at: string;
          health: NonNullable<Json>;
          health_checked_at: string | null;
          id: string;
          name: string;
          tier_role_ids: NonNullable<Json>;
        };
        ComputedFields: never;
        Insert: {
          announcements_channel_id?: string | null;
          approvals_channel_id?: string | null;
          created_at?: string;
          health?: NonNullable<Json>;
          health_checked_at?: string | null;
          id: string;
          name: string;
          tier_role_ids?: NonNullable<Json>;
        };
        Update: {
          announcements_channel_id?: string | null;
          approvals_channel_id?: string | null;
          created_at?: string;
          health?: NonNullable<Json>;
          health_checked_at?: string | null;
          id?: string;
          name?: string;
          tier_role_ids?: NonNullable<Json>;
        };
        Relationships: [];
      };
      member_roles: {
        Row: {
          cause: string | null;
          cause_code: string | null;
          changed_at: string;
          checked_at: string | null;
          confirmed_tier: string | null;
          desired_tier: string | null;
          discord_user_id: string;
          guild_id: string;
          may_hold_tiers: string[];
          player_id: string;
          state: string;
        };
        ComputedFields: never;
        Insert: {
          cause?: string | null;
          cause_code?: string | null;
          changed_at?: string;
          checked_at?: string | null;
          confirmed_tier?: string | null;
          desired_tier?: string | null;
          discord_user_id: string;
          guild_id: string;
          may_hold_tiers?: string[];
          player_id: string;
          state?: string;
        };
        Update: {
          cause?: string | null;
          cause_code?: string | null;
          changed_at?: string;
          checked_at?: string | null;
          confirmed_tier?: string | null;
          desired_tier?: string | null;
          discord_user_id?: string;
          guild_id?: string;
          may_hold_tiers?: string[];
          player_id?: string;
          state?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'member_roles_guild_id_fkey';
            columns: ['guild_id'];
            isOneToOne: false;
            referencedRelation: 'guilds';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'member_roles_player_id_fkey';
            columns: ['player_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
        ];
      };
      player_tiers: {
        Row: {
          board_id: number;
          period_id: number;
          player_id: string;
          since: string;
          tier: string;
        };
        ComputedFields: never;
        Insert: {
          board_id: number;
          period_id: number;
          player_id: string;
          since: string;
          tier: string;
        };
        Update: {
          board_id?: number;
          period_id?: number;
          player_id?: string;
          since?: string;
          tier?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'player_tiers_board_id_fkey';
            columns: ['board_id'];
            isOneToOne: false;
            referencedRelation: 'boards';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'player_tiers_player_id_fkey';
            columns: ['player_id'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
        ];
      };
      profiles: {
        Row: {
          avatar_url: string | null;
          created_at: string;
          display_name: string;
          id: string;
          is_listed: boolean;
          is_ranked: boolean;
          left_at: string | null;
          locale: string;
          role: string;
          time_zone: string;
          user_id: string | null;
          username: string;
          visibility: string;
        };
        ComputedFields: never;
        Insert: {
          avatar_url?: string | null;
          created_at?: string;
          display_name: string;
          id?: string;
          is_listed?: never;
          is_ranked?: boolean;
          left_at?: string | null;
          locale?: string;
          role?: string;
          time_zone?: string;
          user_id?: string | null;
          username: string;
          visibility?: string;
        };
        Update: {
          avatar_url?: string | null;
          created_at?: string;
          display_name?: string;
          id?: string;
          is_listed?: never;
          is_ranked?: boolean;
          left_at?: string | null;
          locale?: string;
          role?: string;
          time_zone?: string;
          user_id?: string | null;
          username?: string;
          visibility?: string;
        };
        Relationships: [];
      };
      score_events: {
        Row: {
          counts_at: string;
          external_id: string;
          id: number;
          metric: string;
          occurred_at: string;
          player_id: string;
          points: number;
          received_at: string;
          rule_id: number;
          source: string;
          transaction_id: unknown;
          units: number;
          voids_id: number | null;
        };
        ComputedFields: never;
        Insert: {
          counts_at: string;
          external_id: string;
          id?: never;
          metric: string;
          occurred_at: string;
          player_id: string;
          points: number;
          received_at?: string;
          rule_id: number;
          source: string;
          transaction_id?: unknown;
          units: number;
          voids_id?: number | null;
        };
        Update: {
          counts_at?: string;
          external_id?: string;
          id?: never;
          metric?: string;
          occurred_at?: string;
          player_id?: string;
          points?: number;
          received_at?: string;
          rule_id?: number;
          source?: string;
          transaction_id?: unknown;
          units?: number;
          voids_id?: number | null;
        };
        Relationships: [
          {
            foreignKeyName: 'score_events_voids_id_fkey';
            columns: ['voids_id'];
            isOneToOne: false;
            referencedRelation: 'score_events';
            referencedColumns: ['id'];
          },
        ];
      };
      score_rules: {
        Row: {
          created_at: string;
          created_by: string | null;
          daily_cap_points: number | null;
          effective_from: string;
          id: number;
          metric: string;
          points_per_unit: number;
          time_zone: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          created_by?: string | null;
          daily_cap_points?: number | null;
          effective_from: string;
          id?: never;
          metric: string;
          points_per_unit: number;
          time_zone?: string;
        };
        Update: {
          created_at?: string;
          created_by?: string | null;
          daily_cap_points?: number | null;
          effective_from?: string;
          id?: never;
          metric?: string;
          points_per_unit?: number;
          time_zone?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'score_rules_created_by_fkey';
            columns: ['created_by'];
            isOneToOne: false;
            referencedRelation: 'profiles';
            referencedColumns: ['id'];
          },
        ];
      };
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      add_score_rule: {
        Args: {
          acting_player_id?: string | null;
          daily_cap_points?: number | null;
          effective_from?: string | null;
          idempotency_key?: string | null;
          metric: string | null;
          points_per_unit: number | null;
          source?: string | null;
          time_zone?: string | null;
        };
        Returns: Json;
      };
      begin_interaction: {
        Args: {
          command: string | null;
          discord_user_id: string | null;
          interaction_id: string | null;
          payload?: unknown;
        };
        Returns: Json;
      };
      bulk_decide_credit_requests: {
        Args: {
          acting_player_id?: string | null;
          comment: string | null;
          decision: string | null;
          idempotency_key: string | null;
          is_preview?: boolean | null;
          mode: string | null;
          request_ids: readonly string[] | null;
          source?: string | null;
        };
        Returns: Json;
      };
      cancel_credit_request: {
        Args: {
          acting_player_id?: string | null;
          idempotency_key: string | null;
          request_id: string | null;
          source?: string | null;
        };
        Returns: Json;
      };
      cancel_scheduled_grant: {
        Args: { acting_player_id?: string | null; grant_id: string | null; source?: string | null };
        Returns: Json;
      };
      cancel_workflow_run: {
        Args: {
          acting_player_id?: string | null;
          idempotency_key: string | null;
          run_id: string | null;
          source?: string | null;
        };
        Returns: Json;
      };
      change_player: {
        Args: {
          acting_player_id?: string | null;
          changes: unknown;
          player_id: string | null;
          reason?: string | null;
          source?: string | null;
        };
        Returns: Json;
      };
      check_credit_books: {
        Args: { acting_player_id?: string | null; source?: string | null };
        Returns: Json;
      };
      claim_outbox_events: {
        Args: { max_events: number | null };
        Returns: {
          created_at: string;
          data: Json;
          id: string;
          name: string;
        }[];
      };
      compare_players: {
        Args: { board: string | null; player_ids: readonly string[] | null };
        Returns: Json;
      };
      confirm_reward_rule: {
        Args: { acting_player_id?: string | null; rule_id: number | null; source?: string | null };
        Returns: Json;
      };
      count_attempt: {
        Args: { action: string | null; is_counted?: boolean | null; who: string | null };
        Returns: Json;
      };
      create_api_key: {
        Args: {
          acting_player_id?: string | null;
          expires_at?: string | null;
          key_hash: string | null;
          name: string | null;
          prefix: string | null;
          scopes: readonly string[] | null;
          source?: string | null;
        };
        Returns: Json;
      };
      create_board: {
        Args: {
          acting_player_id?: string | null;
          announces_ranks?: boolean | null;
          awards_tiers?: boolean | null;
          close_grace?: string | null;
          kind: string | null;
          late_policy?: string | null;
          metrics?: readonly string[] | null;
          name: string | null;
          rank_news_min_places?: number | null;
          rank_news_top?: number | null;
          slug: string | null;
          source?: string | null;
          time_zone?: string | null;
          title_hold_refreshes?: number | null;
        };
        Returns: Json;
      };
      decide_credit_request: {
        Args: {
          acting_player_id?: string | null;
          comment: string | null;
          decision: string | null;
          idempotency_key: string | null;
          request_id: string | null;
          source?: string | null;
        };
        Returns: Json;
      };
      delegate_decisions: {
        Args: {
          acting_player_id?: string | null;
          delegate_id: string | null;
          ends_at: string | null;
          manager_id?: string | null;
          source?: string | null;
          starts_at: string | null;
        };
        Returns: Json;
      };
      delete_discord_tokens: { Args: { discord_user_id: string | null }; Returns: boolean };
      end_credit_hold: {
        Args: {
          amount?: number | null;
          ending: string | null;
          hold_id: string | null;
          idempotency_key: string | null;
          source?: string | null;
        };
        Returns: Json;
      };
      end_deauthorised_link: {
        Args: { deauthorised_at?: string | null; discord_user_id: string | null };
        Returns: Json;
      };
      end_delegation: {
        Args: { acting_player_id?: string | null; delegation_id: string | null; source?: string | null };
        Returns: Json;
      };
      end_hold_manually: {
        Args: {
          acting_player_id?: string | null;
          ending: string | null;
          hold_id: string | null;
          idempotency_key: string | null;
          reason: string | null;
          source?: string | null;
        };
        Returns: Json;
      };
      explain_movement: {
        Args: {
          board: string | null;
          max_rows?: number | null;
          player_id: string | null;
          since?: string | null;
        };
        Returns: Json;
      };
      export_period: {
        Args: {
          after_position?: number | null;
          board: string | null;
          format?: string | null;
          max_rows?: number | null;
          period_id: number | null;
        };
        Returns: Json;
      };
      find_player_by_discord: { Args: { discord_user_id: string | null }; Returns: Json };
      finish_interaction: {
        Args: {
          duration_ms: number | null;
          interaction_id: string | null;
          outcome: string | null;
          response: unknown;
        };
        Returns: undefined;
      };
      follow_own_rank: { Args: { acting_player_id?: string | null; follow: boolean | null }; Returns: Json };
      get_board_at: {
        Args: {
          at: string | null;
          board: string | null;
          from_position?: number | null;
          max_rows?: number | null;
          period_id?: number | null;
        };
        Returns: Json;
      };
      get_board_page: {
        Args: {
          board: string | null;
          cursor?: string | null;
          from_position?: number | null;
          max_rows?: number | null;
          movement?: string | null;
          period_id?: number | null;
        };
        Returns: Json;
      };
      get_board_statistics: { Args: { board: string | null }; Returns: Json };
      get_bulk_decision: { Args: { bulk_id: string | null }; Returns: Json };
      get_credit_balances: { Args: { player_id?: string | null }; Returns: Json };
      get_credit_days: { Args: { credit_type?: string | null; day_count?: number | null }; Returns: Json };
      get_credit_ledger: {
        Args: {
          before?: string | null;
          credit_type?: string | null;
          max_rows?: number | null;
          player_id?: string | null;
        };
        Returns: Json;
      };
      get_credit_request: { Args: { request_id: string | null }; Returns: Json };
      get_credit_totals: { Args: Record<PropertyKey, never>; Returns: Json };
      get_credit_transfer: { Args: { transfer_id: string | null }; Returns: Json };
      get_discord_tokens: { Args: { discord_user_id: string | null }; Returns: Json };
      get_leaderboard_health: { Args: Record<PropertyKey, never>; Returns: Json };
      get_outbox_backlog: { Args: Record<PropertyKey, never>; Returns: Json };
      get_own_profile: { Args: { acting_player_id?: string | null }; Returns: Json };
      get_player_credits: { Args: { player_id: string | null }; Returns: Json };
      get_player_record: { Args: { username: string | null }; Returns: Json };
      get_player_stats: {
        Args: { event_count?: number | null; player_id?: string | null; username?: string | null };
        Returns: Json;
      };
      get_rank_history: {
        Args: {
          board: string | null;
          max_points?: number | null;
          period_id?: number | null;
          player_ids: readonly string[] | null;
          since?: string | null;
        };
        Returns: Json;
      };
      get_request_card: { Args: { request_id: string | null }; Returns: Json };
      get_request_history: { Args: { request_id: string | null }; Returns: Json };
      get_request_limits: { Args: { player_id?: string | null }; Returns: Json };
      get_request_summary: { Args: { channel_id: string | null }; Returns: Json };
      get_standing: {
        Args: {
          board: string | null;
          movement?: string | null;
          period_id?: number | null;
          player_id: string | null;
        };
        Returns: Json;
      };
      get_standings: {
        Args: {
          board: string | null;
          movement?: string | null;
          period_id?: number | null;
          player_ids: readonly string[] | null;
        };
        Returns: Json;
      };
      get_standings_around: {
        Args: {
          board: string | null;
          each_side?: number | null;
          movement?: string | null;
          period_id?: number | null;
          player_id: string | null;
        };
        Returns: Json;
      };
      get_workflow_run: { Args: { run_id: string | null }; Returns: Json };
      get_workflow_statistics: { Args: { hours?: number | null }; Returns: Json };
      grant_credits: {
        Args: {
          acting_player_id?: string | null;
          amount: number | null;
          credit_type: string | null;
          expires_at?: string | null;
          idempotency_key: string | null;
          player_id: string | null;
          reason: string | null;
          source?: string | null;
        };
        Returns: Json;
      };
      grant_credits_to_list: {
        Args: {
          acting_player_id?: string | null;
          idempotency_key: string | null;
          is_preview: boolean | null;
          lines: unknown;
          source?: string | null;
        };
        Returns: Json;
      };
      hold_credits: {
        Args: {
          amount: number | null;
          credit_type: string | null;
          idempotency_key: string | null;
          player_id: string | null;
          reason: string | null;
          source?: string | null;
        };
        Returns: Json;
      };
      hold_credits_manually: {
        Args: {
          acting_player_id?: string | null;
          amount: number | null;
          credit_type: string | null;
          idempotency_key: string | null;
          player_id: string | null;
          reason: string | null;
          source?: string | null;
        };
        Returns: Json;
      };
      keep_api_answer: {
        Args: {
          api_key_id: string | null;
          body: unknown;
          idempotency_key: string | null;
          status: number | null;
        };
        Returns: undefined;
      };
      lint_credit_policies: { Args: Record<PropertyKey, never>; Returns: Json };
      list_approvers: { Args: Record<PropertyKey, never>; Returns: Json };
      list_board_settings: { Args: Record<PropertyKey, never>; Returns: Json };
      list_boards: { Args: Record<PropertyKey, never>; Returns: Json };
      list_book_checks: { Args: { max_rows?: number | null }; Returns: Json };
      list_credit_policies: { Args: Record<PropertyKey, never>; Returns: Json };
      list_credit_requests: {
        Args: {
          before?: string | null;
          max_rows?: number | null;
          player_id?: string | null;
          state?: string | null;
        };
        Returns: Json;
      };
      list_credit_transfers: {
        Args: {
          actor?: string | null;
          after?: string | null;
          amount_max?: number | null;
          amount_min?: number | null;
          credit_type?: string | null;
          is_descending?: boolean | null;
          kind?: string | null;
          max_rows?: number | null;
          player?: string | null;
          reason?: string | null;
          since?: string | null;
          sort_by?: string | null;
          until?: string | null;
        };
        Returns: Json;
      };
      list_delegations: { Args: Record<PropertyKey, never>; Returns: Json };
      list_discord_tokens_under_other_keys: {
        Args: { key_id: string | null; max_rows?: number | null };
        Returns: Json;
      };
      list_due_discord_tokens: { Args: { max_rows?: number | null }; Returns: Json };
      list_escalation_recipients: { Args: { request_id: string | null }; Returns: Json };
      list_expiring_lots: {
        Args: {
          after?: string | null;
          credit_type?: string | null;
          max_rows?: number | null;
          player?: string | null;
          within_days?: number | null;
        };
        Returns: Json;
      };
      list_open_holds: { Args: { player_id: string | null }; Returns: Json };
      list_periods: {
        Args: { board: string | null; cursor?: string | null; max_rows?: number | null };
        Returns: Json;
      };
      list_player_audit: {
        Args: { before?: string | null; max_rows?: number | null; player_id: string | null };
        Returns: Json;
      };
      list_player_groups: { Args: Record<PropertyKey, never>; Returns: Json };
      list_players: {
        Args: {
          after?: string | null;
          has_left?: boolean | null;
          is_descending?: boolean | null;
          is_linked?: boolean | null;
          is_ranked?: boolean | null;
          max_rows?: number | null;
          query?: string | null;
          role?: string | null;
          sort_by?: string | null;
          visibility?: string | null;
        };
        Returns: Json;
      };
      list_policy_versions: { Args: { credit_type: string | null; group_id?: string | null }; Returns: Json };
      list_request_queue: {
        Args: { after?: string | null; filter?: unknown; max_rows?: number | null; state?: string | null };
        Returns: Json;
      };
      list_reward_payouts: {
        Args: { after?: string | null; board?: string | null; max_rows?: number | null };
        Returns: Json;
      };
      list_reward_rules: { Args: Record<PropertyKey, never>; Returns: Json };
      list_scheduled_grants: {
        Args: { after?: string | null; max_rows?: number | null; state?: string | null };
        Returns: Json;
      };
      list_scheduled_jobs: { Args: Record<PropertyKey, never>; Returns: Json };
      list_score_events: {
        Args: { before?: number | null; max_rows?: number | null; player_id: string | null };
        Returns: Json;
      };
      list_score_rules: {
        Args: { cursor?: string | null; max_rows?: number | null; metric?: string | null };
        Returns: Json;
      };
      list_unfinished_interactions: {
        Args: { max_rows?: number | null };
        Returns: {
          id: string;
          payload: Json;
        }[];
      };
      list_workflow_runs: {
        Args: {
          after?: string | null;
          cause_id?: string | null;
          cause_kind?: string | null;
          function_id?: string | null;
          is_descending?: boolean | null;
          max_rows?: number | null;
          query?: string | null;
          sort_by?: string | null;
          started_after?: string | null;
          started_before?: string | null;
          status?: string | null;
        };
        Returns: Json;
      };
      manage_discord_link: {
        Args: {
          act: string | null;
          acting_player_id?: string | null;
          player_id: string | null;
          reason: string | null;
          source?: string | null;
        };
        Returns: Json;
      };
      mark_outbox_events_sent: { Args: { ids: readonly string[] | null }; Returns: number };
      plan_role_changes: {
        Args: { guild_id: string | null; include_waiting?: boolean | null; player_id?: string | null };
        Returns: Json;
      };
      plan_season: {
        Args: {
          acting_player_id?: string | null;
          board: string | null;
          ends_at: string | null;
          name: string | null;
          source?: string | null;
          starts_at: string | null;
        };
        Returns: Json;
      };
      preview_credit_policy: {
        Args: { changes: unknown; credit_type: string | null; group_id?: string | null };
        Returns: Json;
      };
      preview_rewards: { Args: { board: string | null }; Returns: Json };
      recall_api_answer: {
        Args: { api_key_id: string | null; idempotency_key: string | null; request_hash: string | null };
        Returns: Json;
      };
      record_discord_user: {
        Args: {
          avatar_url?: string | null;
          discord_user_id: string | null;
          display_name?: string | null;
          username: string | null;
        };
        Returns: boolean;
      };
      record_refused_attempt: {
        Args: {
          acting_player_id?: string | null;
          action: string | null;
          discord_user_id?: string | null;
          idempotency_key: string | null;
          refusal: string | null;
          source: string | null;
          subject_id?: string | null;
        };
        Returns: Json;
      };
      record_request_card: {
        Args: {
          channel_id: string | null;
          message_id: string | null;
          replaces_message_id?: string | null;
          request_id: string | null;
        };
        Returns: Json;
      };
      record_request_notice: { Args: { notice: string | null; request_id: string | null }; Returns: Json };
      record_request_summary: {
        Args: { channel_id: string | null; message_id: string | null; replaces_message_id?: string | null };
        Returns: string;
      };
      record_role_result: {
        Args: {
          cause?: string | null;
          cause_code?: string | null;
          confirmed_tier: string | null;
          discord_user_id?: string | null;
          guild_id: string | null;
          player_id: string | null;
          state: string | null;
        };
        Returns: Json;
      };
      record_score_events: {
        Args: { events: unknown; refuse_all_on_error?: boolean | null; source: string | null };
        Returns: Json;
      };
      record_workflow_reports: { Args: { reports: unknown }; Returns: number };
      refresh_board: { Args: { as_of?: string | null; board: string | null }; Returns: Json };
      release_outbox_events: { Args: { ids: readonly string[] | null }; Returns: number };
      repeat_workflow_run: {
        Args: {
          acting_player_id?: string | null;
          idempotency_key: string | null;
          run_id: string | null;
          source?: string | null;
        };
        Returns: Json;
      };
      replace_discord_tokens: {
        Args: {
          discord_user_id: string | null;
          expires_at: string | null;
          key_id: string | null;
          revision: string | null;
          sealed_access_token: string | null;
          sealed_refresh_token: string | null;
        };
        Returns: boolean;
      };
      report_discord_user: {
        Args: {
          avatar_url?: string | null;
          discord_user_id: string | null;
          display_name?: string | null;
          username: string | null;
        };
        Returns: string;
      };
      report_member_event: {
        Args: { discord_user_id: string | null; guild_id: string | null; kind: string | null };
        Returns: string;
      };
      request_credits: {
        Args: {
          acting_player_id?: string | null;
          amount: number | null;
          credit_type: string | null;
          idempotency_key: string | null;
          reason: string | null;
          source?: string | null;
        };
        Returns: Json;
      };
      request_role_sync: { Args: { guild_id: string | null }; Returns: string };
      reverse_credit_transfer: {
        Args: {
          acting_player_id?: string | null;
          idempotency_key: string | null;
          reason: string | null;
          source?: string | null;
          transfer_id: string | null;
        };
        Returns: Json;
      };
      revoke_api_key: {
        Args: { acting_player_id?: string | null; api_key_id: string | null };
        Returns: boolean;
      };
      revoke_credits: {
        Args: {
          acting_player_id?: string | null;
          amount: number | null;
          credit_type: string | null;
          idempotency_key: string | null;
          player_id: string | null;
          reason: string | null;
          source?: string | null;
        };
        Returns: Json;
      };
      schedule_grant: {
        Args: {
          acting_player_id?: string | null;
          amount: number | null;
          credit_type: string | null;
          effective_at: string | null;
          expires_at?: string | null;
          idempotency_key: string | null;
          player_id: string | null;
          reason: string | null;
          source?: string | null;
        };
        Returns: Json;
      };
      search_players: {
        Args: { board?: string | null; max_rows?: number | null; query: string | null };
        Returns: Json;
      };
      set_reward_rule: {
        Args: {
          acting_player_id?: string | null;
          begins?: string | null;
          board: string | null;
          prizes: unknown;
          source?: string | null;
        };
        Returns: Json;
      };
      simulate_score_rule: {
        Args: {
          board: string | null;
          daily_cap_points?: number | null;
          metric: string | null;
          points_per_unit: number | null;
          time_zone?: string | null;
        };
        Returns: Json;
      };
      spend_credits: {
        Args: {
          amount: number | null;
          credit_type: string | null;
          idempotency_key: string | null;
          player_id: string | null;
          reason: string | null;
          source?: string | null;
        };
        Returns: Json;
      };
      store_discord_tokens: {
        Args: {
          discord_user_id: string | null;
          expires_at: string | null;
          key_id: string | null;
          player_id: string | null;
          scopes?: readonly string[] | null;
          sealed_access_token: string | null;
          sealed_refresh_token: string | null;
        };
        Returns: undefined;
      };
      sync_discord_link: { Args: Record<PropertyKey, never>; Returns: Json };
      undo_bulk_decision: {
        Args: {
          acting_player_id?: string | null;
          bulk_id: string | null;
          idempotency_key: string | null;
          source?: string | null;
        };
        Returns: Json;
      };
      unlink_discord: { Args: { acting_player_id?: string | null; source?: string | null }; Returns: Json };
      update_board: {
        Args: {
          acting_player_id?: string | null;
          announces_ranks?: boolean | null;
          awards_tiers?: boolean | null;
          board: string | null;
          close_grace?: string | null;
          idempotency_key?: string | null;
          is_active?: boolean | null;
          late_policy?: string | null;
          name?: string | null;
          rank_news_min_places?: number | null;
          rank_news_top?: number | null;
          source?: string | null;
          title_hold_refreshes?: number | null;
        };
        Returns: Json;
      };
      update_credit_policy: {
        Args: {
          acting_player_id?: string | null;
          base_version: number | null;
          changes: unknown;
          credit_type: string | null;
          effective_from?: string | null;
          group_id?: string | null;
          idempotency_key?: string | null;
          source?: string | null;
        };
        Returns: Json;
      };
      update_own_profile: {
        Args: {
          acting_player_id?: string | null;
          display_name?: string | null;
          locale?: string | null;
          source?: string | null;
          time_zone?: string | null;
          visibility?: string | null;
        };
        Returns: Json;
      };
      update_player_groups: {
        Args: {
          acting_player_id?: string | null;
          base_version: number | null;
          effective_from?: string | null;
          groups: unknown;
          source?: string | null;
        };
        Returns: Json;
      };
      upsert_guild: {
        Args: {
          announcements_channel_id?: string | null;
          approvals_channel_id?: string | null;
          guild_id: string | null;
          health?: unknown;
          name: string | null;
          tier_role_ids?: unknown;
        };
        Returns: Json;
      };
      upsert_player: {
        Args: {
          avatar_url?: string | null;
          display_name: string | null;
          has_left?: boolean | null;
          is_ranked?: boolean | null;
          player_id: string | null;
          source?: string | null;
          username: string | null;
        };
        Returns: Json;
      };
      verify_api_key: { Args: { key: string | null }; Returns: Json };
      verify_archive: { Args: { period_id: number | null }; Returns: Json };
      verify_audit_chain: { Args: Record<PropertyKey, never>; Returns: Json };
      verify_board: {
        Args: { after_period_id?: number | null; board: string | null; max_periods?: number | null };
        Returns: Json;
      };
      void_score_event: {
        Args: {
          acting_player_id?: string | null;
          reason: string | null;
          score_event_id: number | null;
          source?: string | null;
        };
        Returns: Json;
      };
    };
    Enums: {
      [_ in never]: never;
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
};
